// it/browser/run itself, in a tree with one test and programs that play npm.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from './rig.mjs';

const SKIPPED = "import { describe, test } from 'node:test'; describe('with a browser', { skip: 'no driver' }, () => test('x', () => {}));";
const TOOLS = ['bash', 'env', 'dirname', 'readlink', 'mkdir', 'timeout', 'grep', 'head', 'sed', 'tail'];

/** Its exit code, and its last line. @param npm a program's text, or null for a machine without npm */
function run(npm) {
  const tree = mkdtempSync(path.join(tmpdir(), 'argyle-run-'));
  try {
    const bin = path.join(tree, 'bin');
    for (const directory of ['bin', 'it/browser', 'server/src/test/dashboard']) mkdirSync(path.join(tree, directory), { recursive: true });
    for (const tool of TOOLS) symlinkSync(spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(), path.join(bin, tool));
    symlinkSync(process.execPath, path.join(bin, 'node'));
    if (npm !== null) {
      writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\n${npm}\n`);
      chmodSync(path.join(bin, 'npm'), 0o755);
    }
    copyFileSync(path.join(ROOT, 'it/browser/run'), path.join(tree, 'it/browser/run'));
    writeFileSync(path.join(tree, 'it/browser/package-lock.json'), '{}');
    writeFileSync(path.join(tree, 'it/browser/dashboard.test.mjs'), SKIPPED);
    writeFileSync(path.join(tree, 'server/src/test/dashboard/one.test.js'), "require('node:test').test('one', () => {});");
    const { status, stdout } = spawnSync('bash', [path.join(tree, 'it/browser/run')], { env: { PATH: bin, ARGYLE: 'not asked for' }, encoding: 'utf8' });
    return [status, stdout.trim().split('\n').at(-1)];
  } finally {
    rmSync(tree, { recursive: true });
  }
}

test('aDriverThatCannotBeInstalledIsAFailureAndNoSkip', () => {
  assert.deepEqual(run('exit 1'), [1, '1 passed, 1 failed, 1 skipped']);
  assert.deepEqual(run('exit 0'), [0, '1 passed, 0 failed, 1 skipped']);
});

test('aMachineWithoutNpmSkipsAndSaysSoInItsCounts', () => {
  assert.deepEqual(run(null), [0, '1 passed, 0 failed, 1 skipped']);
});
