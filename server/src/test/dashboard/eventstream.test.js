import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventReader, waitBefore } from '../../main/resources/dashboard/eventstream.js';

const STREAM = ': hello\n\nid: 7\nevent: totals\ndata: {"a":1}\n\nid:8\r\nevent:connections\r\ndata: one\r\ndata: two\r\n\r\ndata: plain\n\nevent: empty\n\n';
const EVENTS = [
  { id: '7', type: 'totals', data: '{"a":1}' },
  { id: '8', type: 'connections', data: 'one\ntwo' },
  { id: '8', type: 'message', data: 'plain' },
];

function read(...pieces) {
  const events = [];
  const take = eventReader((event) => events.push(event));
  pieces.forEach(take);
  return events;
}

test('eventsAreReadWhereverTheStreamIsCut', () => {
  assert.deepEqual(read(STREAM), EVENTS);
  assert.deepEqual(read(...STREAM), EVENTS);
  for (let cut = 0; cut <= STREAM.length; cut++) assert.deepEqual(read(STREAM.slice(0, cut), STREAM.slice(cut)), EVENTS, `cut at ${cut}`);
});

test('anEventWithoutItsEmptyLineIsNotTaken', () => {
  assert.deepEqual(read('data: half\n'), []);
});

test('anEventThatNeverEndsIsRefused', () => {
  const take = eventReader(() => {});
  assert.throws(() => {
    for (;;) take('x'.repeat(1 << 20));
  }, /too long/);
});

test('triesComeSlowerAndSlowerUpToTenSeconds', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 60].map(waitBefore), [500, 1000, 2000, 4000, 8000, 10000, 10000]);
});

test('aLongEventIsReadInManyPieces', () => {
  const long = 'x'.repeat(300_000);
  const text = `event: a\rdata: ${long}\r\ndata: y\r\n\r\n`;
  const pieces = text.match(/[^]{1,1000}/g);
  for (const cut of [pieces, [...pieces.slice(0, -1), ...pieces.at(-1)]]) {
    assert.deepEqual(read(...cut), [{ id: null, type: 'a', data: `${long}\ny` }]);
  }
});
