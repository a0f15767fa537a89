import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../main/resources/dashboard/filter.js';
import { apply, beginFill, emptyRows, fill } from '../../main/resources/dashboard/rows.js';
import { FEW, HELD_MILLIS, Shown } from '../../main/resources/dashboard/shown.js';

const ALL = parse('');
const NEWEST = { column: 'startedAt', isDescending: true };
const BUSIEST = { column: 'octetsUp', isDescending: true };

function connection(id) {
  return { id, user: `user${id % 3}`, client: '127.0.0.1', clientPort: 1, command: 'CONNECT', destination: 'a.example', destinationPort: 443, octetsUp: 0, octetsDown: 0, startedAt: '2026-11-30T02:00:00.000Z', idleSeconds: 0 };
}

function rig(count = 3) {
  const rig = { at: 10_000, rows: emptyRows() };
  beginFill(rig.rows);
  fill(rig.rows, Array.from({ length: count }, (_, i) => connection(i + 1)), 0);
  rig.shown = new Shown(() => rig.rows, { now: () => rig.at, serverNow: () => rig.at });
  rig.ids = () => rig.shown.rows.map(({ id }) => id);
  return rig;
}

test('whatIsAskedForIsShownAfterALook', async () => {
  const { shown, ids } = rig();
  shown.want(ALL, NEWEST, false);
  assert.ok(!shown.isCurrent);
  await shown.look();
  assert.ok(shown.isCurrent);
  assert.deepEqual(ids(), [3, 2, 1]);
  shown.want(parse('user:user1'), NEWEST, false);
  assert.ok(!shown.isCurrent, 'nothing that matched before may be ended for it');
  assert.deepEqual(ids(), [3, 2, 1], 'what was shown stays until then');
  shown.lookAtOnce();
  assert.deepEqual(ids(), [1]);
});

test('aRowThatSomebodyPointsAtDoesNotMoveForAWhile', async () => {
  const at = rig();
  const { shown, ids, rows } = at;
  shown.want(ALL, BUSIEST, false);
  shown.lookAtOnce();
  shown.touch();
  apply(rows, { moved: [[3, 500, 0, 0]], opened: [connection(4)] }, at.at + 1);
  at.at += HELD_MILLIS - 1;
  await shown.look();
  assert.deepEqual(ids(), [1, 2, 3]);
  assert.deepEqual([shown.isHeld, shown.changes], [true, { opened: 1, moved: 1, ended: 0 }]);
  at.at += 1;
  await shown.look();
  assert.deepEqual(ids(), [3, 1, 2, 4]);
  assert.deepEqual([shown.isHeld, shown.changes], [false, null]);
});

test('aPausedTableGoesOnWhenItIsReleased', async () => {
  const at = rig();
  const { shown, ids, rows } = at;
  shown.want(ALL, NEWEST, false);
  shown.lookAtOnce();
  shown.want(ALL, NEWEST, true);
  apply(rows, { opened: [connection(4)] }, at.at);
  at.at += 10 * HELD_MILLIS;
  await shown.look();
  assert.deepEqual(ids(), [3, 2, 1]);
  shown.want(ALL, BUSIEST, true);
  shown.release();
  assert.ok(!shown.isCurrent);
  await shown.look();
  assert.deepEqual(ids(), [1, 2, 3, 4], 'another order is shown, and held');
  apply(rows, { opened: [connection(5)] }, at.at);
  await shown.look();
  assert.deepEqual([ids().length, shown.changes.opened], [4, 1]);
});

test('aLookThatIsOvertakenChangesNothing', async () => {
  const { shown, ids } = rig(20 * FEW);
  assert.ok(!shown.isQuick);
  shown.want(ALL, NEWEST, false);
  const first = shown.look();
  shown.want(parse('id:7'), NEWEST, false);
  const second = shown.look();
  await second;
  assert.deepEqual(ids(), [7]);
  await first;
  assert.deepEqual(ids(), [7]);
});

test('otherRowsAreNeverHeld', () => {
  const at = rig();
  at.shown.want(ALL, NEWEST, true);
  at.shown.lookAtOnce();
  at.rows = emptyRows();
  assert.ok(!at.shown.isCurrent);
  at.shown.lookAtOnce();
  assert.deepEqual(at.ids(), []);
});
