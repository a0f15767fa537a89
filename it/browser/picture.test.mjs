// README's picture can be taken anew, from the program as it is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { takePicture } from './picture.mjs';
import { ROOT, obstacle } from './rig.mjs';

const SIGNATURE = '89504e470d0a1a0a';

test('thePictureOfTheManualIsOfAServerWithTraffic', { skip: obstacle() ?? false, timeout: 180_000 }, async () => {
  const file = path.join(ROOT, 'target/dashboard/readme.png');
  const { open, refused, octetsDown } = await takePicture({ file, seconds: 3, share: 0.1 });
  const png = readFileSync(file);
  assert.equal(png.subarray(0, 8).toString('hex'), SIGNATURE);
  assert.ok(png.length < 300_000, `${png.length} octets`);
  assert.ok(open > 0 && refused > 0 && octetsDown > 10_000, JSON.stringify({ open, refused, octetsDown }));
});
