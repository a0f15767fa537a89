import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLICE_MILLIS, inSlices } from '../../main/resources/dashboard/slices.js';

/** A clock that moves by so much at each look at it, and what was done between two pauses. */
function rig(millisALook) {
  let at = 0;
  const slices = [0];
  return {
    slices,
    now: () => (at += millisALook),
    pause: async () => void slices.push(0),
    work: function* (steps) {
      for (let i = 0; i < steps; i++) {
        slices[slices.length - 1]++;
        yield;
      }
      return 'done';
    },
  };
}

test('longWorkPausesAfterEachSlice', async () => {
  const { slices, work, ...clock } = rig(1);
  assert.equal(await inSlices(work(20), () => true, clock), 'done');
  assert.ok(slices.length >= 4, `${slices}`);
  for (const steps of slices) assert.ok(steps <= SLICE_MILLIS, `${slices}`);
});

test('shortWorkIsDoneAtOnce', async () => {
  const { slices, work, ...clock } = rig(0);
  assert.equal(await inSlices(work(1000), () => true, clock), 'done');
  assert.equal(slices.length, 1);
});

test('workThatIsNoLongerWantedIsGivenUp', async () => {
  const { slices, work, ...clock } = rig(1);
  assert.equal(await inSlices(work(1000), () => slices.length < 3, clock), undefined);
  assert.equal(slices.length, 3);
});

test('aPauseLetsOtherTasksRun', async () => {
  let isRun = false;
  setTimeout(() => (isRun = true));
  const endless = (function* () {
    while (!isRun) yield;
    return 'seen';
  })();
  assert.equal(await inSlices(endless), 'seen');
});
