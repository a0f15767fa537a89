import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ROWS, STEP, ageSeconds, apply, beginFill, changedSince, comparing, emptyRows, fill, idleSeconds, view, viewing } from '../../main/resources/dashboard/rows.js';

const all = () => true;
const NEWEST = { column: 'startedAt', isDescending: true };

function connection(id, changes = {}) {
  return {
    id,
    user: `user${id % 3}`,
    client: '127.0.0.1',
    clientPort: 1000,
    command: 'CONNECT',
    destination: `host${id}.example`,
    destinationPort: 443,
    reply: 0,
    rule: null,
    ruleNumber: null,
    octetsUp: 0,
    octetsDown: 0,
    startedAt: '2026-11-30T02:00:00.000Z',
    idleSeconds: 0,
    ...changes,
  };
}

function filled(...ids) {
  const rows = emptyRows();
  beginFill(rows);
  fill(rows, ids.map((id) => connection(id)), 1000);
  return rows;
}

const ids = (rows) => view(rows, all, NEWEST).map((row) => row.id);

test('openedRowsAppearAndEndedOnesGo', () => {
  const rows = filled(1, 2);
  const counts = apply(rows, { opened: [connection(3)], moved: [], ended: [{ id: 1, octetsUp: 5, octetsDown: 6, reason: 'done' }] }, 2000);
  assert.deepEqual(counts, { opened: 1, moved: 0, ended: 1 });
  assert.deepEqual(ids(rows), [3, 2]);
});

test('aMovedRowHasItsRateForOneSecondOnly', () => {
  const rows = filled(1);
  apply(rows, { moved: [[1, 0, 0, 0]] }, 1000);
  apply(rows, { moved: [[1, 100, 2900, 0]] }, 3000);
  const row = rows.byId.get(1);
  assert.equal(row.octetsPerSecond, 1500);
  apply(rows, { moved: [] }, 4000);
  assert.equal(row.octetsPerSecond, 0);
});

test('whatMovesIsNotIdleAndWhatRestsIs', () => {
  const rows = filled(1, 2);
  apply(rows, { moved: [[1, 9, 9, 0]] }, 61_000);
  assert.equal(idleSeconds(rows.byId.get(1), 61_000), 0);
  assert.equal(idleSeconds(rows.byId.get(2), 61_000), 60);
});

test('whatOpensOrEndsWhileTheListIsBeingReadIsNotLost', () => {
  const rows = emptyRows();
  beginFill(rows);
  apply(rows, { opened: [connection(8)], ended: [{ id: 2, octetsUp: 0, octetsDown: 0, reason: 'done' }] }, 1000);
  fill(rows, [connection(1), connection(2)], 1500);
  assert.deepEqual(ids(rows), [8, 1]);
});

test('readingTheListAgainKeepsTheObjectsThatATableHolds', () => {
  const rows = filled(1, 2);
  const held = rows.byId.get(1);
  beginFill(rows);
  fill(rows, [connection(1, { octetsUp: 77 })], 2000);
  assert.equal(rows.byId.get(1), held);
  assert.equal(held.octetsUp, 77);
  assert.deepEqual(ids(rows), [1]);
});

test('anOpenedRowThatIsKnownIsCountedOnce', () => {
  const rows = filled(1);
  assert.equal(apply(rows, { opened: [connection(1)] }, 2000).opened, 0);
  assert.deepEqual(ids(rows), [1]);
});

test('rowsBeyondTheBoundAreCountedAndNotHeld', () => {
  const rows = emptyRows();
  beginFill(rows);
  fill(rows, Array.from({ length: MAX_ROWS + 5 }, (_, i) => connection(i + 1)), 1000);
  assert.equal(rows.byId.size, MAX_ROWS);
  assert.equal(rows.dropped, 5);
  apply(rows, { opened: [connection(999_999)] }, 2000);
  assert.equal(rows.byId.size, MAX_ROWS);
  assert.equal(rows.dropped, 6);
});

test('aDayOfComingAndGoingLeavesNothingBehind', () => {
  const rows = filled();
  for (let second = 1; second <= 86_400; second++) {
    const ended = second > 1 ? [{ id: second - 1, octetsUp: 1, octetsDown: 1, reason: 'done' }] : [];
    apply(rows, { opened: [connection(second)], moved: [[second, 1, 1, 0]], ended }, second * 1000);
  }
  assert.equal(rows.byId.size, 1);
  assert.ok(rows.moving.size <= 1);
});

test('aHeldTableCountsWhatChangedMeanwhile', () => {
  const rows = filled(1, 2, 3);
  const held = view(rows, all, NEWEST);
  apply(rows, { opened: [connection(4), connection(5)], moved: [[1, 5, 5, 0], [4, 1, 1, 0]], ended: [{ id: 2, octetsUp: 1, octetsDown: 1, reason: 'done' }] }, 5000);
  assert.deepEqual(changedSince(rows, held, all, 1000), { opened: 2, moved: 1, ended: 1 });
  assert.equal(held.find((row) => row.id === 2).ended.reason, 'done');
  assert.deepEqual(changedSince(rows, held, (row) => row.id !== 5, 1000), { opened: 1, moved: 1, ended: 1 });
});

test('equalRowsStayInTheOrderOfTheirNumbers', () => {
  const rows = filled(3, 1, 2);
  assert.deepEqual(view(rows, all, { column: 'octetsUp', isDescending: true }).map((row) => row.id), [1, 2, 3]);
});

test('sortingByTextAndByFiguresHasNullsAtOneEnd', () => {
  const rows = filled(1, 2, 3);
  rows.byId.get(2).user = null;
  rows.byId.get(3).ruleNumber = 7;
  assert.equal(view(rows, all, { column: 'user', isDescending: false })[0].id, 2);
  assert.equal(view(rows, all, { column: 'ruleNumber', isDescending: true })[0].id, 3);
});

test('aNumberThatAnotherProcessUsesAgainHasItsOwnStart', () => {
  const rows = filled(1);
  rows.byId.get(1).startedMillis = 5;
  beginFill(rows);
  fill(rows, [connection(1)], 9000);
  assert.equal(rows.byId.get(1).startedMillis, undefined);
});

test('rowsThatEndUntoldGoToo', () => {
  const rows = filled(1, 2);
  const row = rows.byId.get(1);
  apply(rows, { opened: [], moved: [], ended: [], gone: [1], untold: 7 }, 2000);
  assert.deepEqual(ids(rows), [2]);
  assert.equal(row.ended.reason, 'ended');
});

// Numbers that are the same in each run.
function numbers(seed) {
  let state = seed;
  return (most) => (state = (state * 48271) % 2147483647) % most;
}

test('rowsInStepsAreInTheOrderOfASimpleSort', () => {
  for (const count of [0, 1, 2, STEP - 1, STEP, STEP + 1, 3 * STEP, 7 * STEP + 13]) {
    const random = numbers(count + 1);
    const rows = emptyRows();
    beginFill(rows);
    fill(rows, Array.from({ length: count }, (_, i) => connection(i + 1, { octetsUp: random(50), user: `u${random(20)}` })), 1000);
    for (const column of ['octetsUp', 'user']) {
      for (const isDescending of [false, true]) {
        const sign = isDescending ? -1 : 1;
        const simple = [...rows.byId.values()].sort((a, b) => (a[column] < b[column] ? -sign : a[column] > b[column] ? sign : a.id - b.id));
        assert.deepEqual(view(rows, all, { column, isDescending }).map(({ id }) => id), simple.map(({ id }) => id), `${count} by ${column}`);
      }
    }
  }
});

test('noStepOfALongWorkLooksAtMoreRowsThanItsBound', () => {
  const rows = emptyRows();
  beginFill(rows);
  fill(rows, Array.from({ length: 12 * STEP + 5 }, (_, i) => connection(i + 1)), 1000);
  let looked = 0;
  const counted = () => ++looked > 0;
  const held = view(rows, (row) => row.id % 2 === 0, NEWEST);
  for (const work of [viewing(rows, counted, NEWEST), comparing(rows, held, counted, 1000)]) {
    looked = 0;
    let steps = 0;
    for (let before = 0; !work.next().done; steps++) {
      assert.ok(looked - before <= STEP, `${looked - before}`);
      before = looked;
    }
    assert.ok(steps >= 12, `${steps} steps`);
  }
});

test('rowsThatComeAndGoBetweenTwoStepsDisturbNothing', () => {
  const rows = emptyRows();
  beginFill(rows);
  fill(rows, Array.from({ length: 3 * STEP }, (_, i) => connection(i + 1)), 1000);
  const work = viewing(rows, all, NEWEST);
  work.next();
  apply(rows, { opened: [connection(9 * STEP)], moved: [[2, 5, 5, 0]], ended: [{ id: 1, reason: 'done' }, { id: 3 * STEP, reason: 'done' }] }, 2000);
  let step;
  do step = work.next();
  while (!step.done);
  const found = step.value.map(({ id }) => id);
  assert.deepEqual(found, [...found].sort((a, b) => b - a));
  assert.equal(new Set(found).size, found.length, 'none twice');
  for (let id = 2; id < 3 * STEP; id += 97) assert.ok(found.includes(id));
});

test('theMostIdleRowsComeFirst', () => {
  const rows = filled();
  fill(rows, [connection(1, { idleSeconds: 5 }), connection(2, { idleSeconds: 500 }), connection(3, { idleSeconds: 50 })], 1_000_000);
  assert.deepEqual(view(rows, all, { column: 'idleSeconds', isDescending: true }).map(({ id }) => id), [2, 3, 1]);
});

test('aRowIsAsOldAsTheServersClockSays', () => {
  const rows = filled(1);
  const row = rows.byId.get(1);
  assert.equal(ageSeconds(row, Date.parse(row.startedAt) + 90_000), 90);
  assert.equal(ageSeconds(row, Date.parse(row.startedAt) - 5000), 0);
});
