// Which rows the table of connections shows, in which order, and when that may change.

import { matches } from './filter.js';
import { atOnce, comparing, viewing, withTimes } from './rows.js';
import { inSlices } from './slices.js';

/** As long as somebody points at a row or goes through the rows by keys, none of them moves. */
export const HELD_MILLIS = 3000;

/** So many rows are put in order within a drawing; more, in slices before it. */
export const FEW = 1000;

/**
 * The rows to show. While the table is paused or held, the same rows in the same order, whose figures go on.
 *
 * `rows`, `isHeld` and `changes` (since it is held; else null) are what is to be drawn.
 */
export class Shown {
  rows = [];
  isHeld = false;
  changes = null;
  #source; // () => the rows of rows.js
  #clock; // {now(), serverNow()}, milliseconds
  #wish = { filter: { terms: [] }, sort: null, isPaused: false };
  #drawn = null; // the wish that `rows` fulfil
  #table = null; // the rows of rows.js that they were taken of
  #touchedAt = 0;
  #heldAt = 0;
  #looks = 0;

  constructor(source, clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** What the reader wants to see. */
  want(filter, sort, isPaused) {
    const { filter: knownFilter, sort: knownSort, isPaused: wasPaused } = this.#wish;
    if (filter !== knownFilter || sort !== knownSort || isPaused !== wasPaused) this.#wish = { filter, sort, isPaused };
  }

  /** Whether `rows` are what the reader wants to see, if perhaps as of the last event. */
  get isCurrent() {
    return this.#drawn === this.#wish && this.#table === this.#source();
  }

  /** Somebody looks at a row: it stays where it is. */
  touch() {
    this.#touchedAt = this.#clock.now();
  }

  /** The rows may move at once. */
  release() {
    this.#touchedAt = 0;
    this.#table = null;
  }

  /** Whether there are so few rows that `lookAtOnce` holds nobody up. */
  get isQuick() {
    return this.#source().byId.size <= FEW && this.rows.length <= FEW;
  }

  lookAtOnce() {
    this.#looks++;
    this.#take(atOnce(this.#looking()));
  }

  /** Looks in slices. A later look, of whichever kind, goes before it. */
  async look() {
    const number = ++this.#looks;
    const found = await inSlices(this.#looking(), () => number === this.#looks);
    if (found) this.#take(found);
  }

  *#looking() {
    const now = this.#clock.now();
    const wish = this.#wish;
    const { filter, sort, isPaused } = wish;
    const serverNow = this.#clock.serverNow();
    const accepts = filter.terms.length === 0 ? () => true : (row) => matches(filter, withTimes(row, now, serverNow));
    const table = this.#source();
    if (this.rows.length > 0 && this.#table === table && (isPaused || now - this.#touchedAt < HELD_MILLIS)) {
      const changes = yield* comparing(table, this.rows, accepts, this.#heldAt);
      return { wish, table, rows: this.rows, isHeld: true, changes, heldAt: this.#heldAt };
    }
    return { wish, table, rows: yield* viewing(table, accepts, sort), isHeld: false, changes: null, heldAt: now };
  }

  #take({ wish, table, rows, isHeld, changes, heldAt }) {
    this.rows = rows;
    this.isHeld = isHeld;
    this.changes = changes;
    this.#drawn = wish;
    this.#table = table;
    this.#heldAt = heldAt;
  }
}
