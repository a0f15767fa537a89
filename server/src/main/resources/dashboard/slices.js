// Long work a few milliseconds at a time, so that a click is answered and a frame is drawn in between.

/** A slice of work; a frame has 16 ms, and drawing needs some of it. */
export const SLICE_MILLIS = 5;

/** Resolves in a task of its own, behind what waits for the browser's attention. */
export function nextTask() {
  return globalThis.scheduler?.yield ? globalThis.scheduler.yield() : new Promise((go) => setTimeout(go));
}

/**
 * Runs a generator to its end, in slices.
 * @param isWanted looked at before each further slice: if false, the work is given up
 * @returns {Promise} what the generator returns; undefined if it was given up
 */
export async function inSlices(steps, isWanted = () => true, { now = () => performance.now(), pause = nextTask } = {}) {
  for (;;) {
    const until = now() + SLICE_MILLIS;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (now() < until);
    await pause();
    if (!isWanted()) return undefined;
  }
}
