// Lists that are longer than a page of the API, and counts of what was not read to its end.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { countedOf } from '../../main/resources/dashboard/format.js';
import { ends, openOf } from '../../main/resources/dashboard/pages/ending.js';
import { readRules, summaryOf } from '../../main/resources/dashboard/pages/rules.js';

const { fetch } = globalThis;
afterEach(() => void (globalThis.fetch = fetch));

/** A server that has this list, in pages of at most 1,000; returns the paths that it is asked for. */
function serve(items) {
  const asked = [];
  globalThis.fetch = async (url) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    asked.push(pathname);
    const from = Number(searchParams.get('cursor') ?? 0);
    const to = from + Math.min(1000, Number(searchParams.get('limit') ?? 100));
    return Response.json({ items: items.slice(from, to), next: to < items.length ? String(to) : null });
  };
  return asked;
}

const rule = (number) => ({ number, text: `deny to 192.0.2.${number}`, hits: number % 2, isDefault: false });
const DEFAULT = { number: null, text: 'deny everything else', hits: 0, isDefault: true };

test('rulesBehindTheFirstPageAndTheDefaultsAreShown', async () => {
  const asked = serve([...Array.from({ length: 2500 }, (_, i) => rule(i + 1)), DEFAULT]);
  const rules = await readRules();
  assert.equal(rules.items.length, 2501);
  assert.deepEqual(rules.items.at(-1), DEFAULT);
  assert.ok(rules.isComplete);
  assert.deepEqual(asked, Array(3).fill('/api/v1/rules'));
  assert.match(summaryOf(rules), /^1,250 of them never matched/);
});

test('rulesThatAreLeftOutAreSaid', async () => {
  serve(Array.from({ length: 7000 }, (_, i) => rule(i + 1)));
  const rules = await readRules();
  assert.match(summaryOf(rules), /^There are more than 5,000 rules: these are the first\. 2,500 of these never matched/);
  assert.equal(summaryOf({ items: [rule(1), DEFAULT], isComplete: true }), '', 'a default that never decides is not dead');
});

test('aCountOfWhatWasNotReadToItsEndSaysSo', () => {
  const items = Array(100).fill({});
  assert.equal(countedOf({ items, isComplete: true }, 'address', 'addresses'), '100 addresses');
  assert.equal(countedOf({ items, isComplete: false }, 'address', 'addresses'), 'more than 100 addresses');
  assert.equal(countedOf({ items: [{}], isComplete: true }, 'address', 'addresses'), '1 address');
});

test('whatAChangeOfUsersEndsIsCountedOrSaidNotToBeKnown', async () => {
  const said = async (...users) => ends(await openOf(users));
  const ana = { name: 'ana' };
  serve([]);
  assert.equal(await said(ana), 'No connection is open that this would end.');
  assert.equal(await said({ ...ana, connections: 3 }), 'No connection is open that this would end.', 'those of a moment ago are over');
  serve([{}]);
  assert.equal(await said(ana), 'This ends 1 open connection:');
  serve(Array(1500).fill({}));
  assert.equal(await said(ana), 'This ends 1,000 open connections or more:');
  assert.equal(await said({ ...ana, connections: 1500 }), 'This ends 1,500 open connections or more:');
  const asked = serve([]);
  assert.equal(await said({ ...ana, connections: 2 }, { name: 'ben', connections: 3 }), 'This ends 5 open connections:');
  assert.deepEqual(asked, []);
  globalThis.fetch = async () => {
    throw new TypeError('lost');
  };
  assert.equal(await said(ana), 'Open connections end with it.');
  assert.equal(await said({ ...ana, connections: 2 }), 'This ends 2 open connections or more:');
});
