// The open connections as the page holds them: a Map from id to row, brought up to date by the server's events. A row
// is a Connection of the HTTP API with `movedAt` (when it was last seen to move, in the reader's own clock),
// `octetsPerSecond` and `ended` (null, or how it ended). Rows are changed in place: 500 of 10,000 move each second.

/** More rows than this are not held: the page says so, and the server searches the rest. */
export const MAX_ROWS = 20000;

/** Rows that are looked at between two steps of a long work: a step takes less than a millisecond, also of cold code. */
export const STEP = 1000;

/** Empty rows, to be filled by `fill` and `apply`. */
export function emptyRows() {
  return { byId: new Map(), moving: new Set(), unread: null, dropped: 0, appliedAt: 0 };
}

/** To be called before the server's list is asked for: events that come meanwhile are then not lost to it. */
export function beginFill(rows) {
  rows.unread = { opened: new Map(), ended: new Set() };
}

/** Puts the server's list, and what has opened and ended while it was being read, in the place of what was there. */
export function fill(rows, connections, now) {
  const kept = rows.byId;
  const { opened, ended } = rows.unread ?? { opened: new Map(), ended: new Set() };
  rows.byId = new Map();
  rows.moving.clear();
  rows.dropped = 0;
  rows.unread = null;
  for (const connection of [...connections, ...opened.values()]) {
    if (ended.has(connection.id)) continue;
    if (!rows.byId.has(connection.id)) add(rows, kept.get(connection.id) ?? connection, connection, now);
  }
}

function add(rows, known, connection, now) {
  if (rows.byId.size >= MAX_ROWS && !rows.byId.has(connection.id)) {
    rows.dropped++;
    return false;
  }
  // The same object for the same connection: tables hold on to it. All its fields from the beginning, so that all rows
  // have one shape.
  if (known !== connection) Object.assign(known, connection);
  known.movedAt = now - connection.idleSeconds * 1000;
  known.octetsPerSecond = 0;
  known.startedMillis = undefined;
  known.ageSeconds = 0;
  known.ended = null;
  known.sortKey = null;
  rows.byId.set(connection.id, known);
  return true;
}

/**
 * Applies one `connections` event.
 * @param event {opened, moved, ended, gone} as the server sends it; `gone` are the numbers of those that ended untold
 * @returns {{opened: number, moved: number, ended: number}} how much of it has changed a row
 */
export function apply(rows, event, now) {
  const seconds = rows.appliedAt === 0 ? 1 : Math.min(10, Math.max(0.2, (now - rows.appliedAt) / 1000));
  rows.appliedAt = now;
  for (const row of rows.moving) row.octetsPerSecond = 0;
  rows.moving.clear();
  return {
    opened: open(rows, event.opened ?? [], now),
    moved: move(rows, event.moved ?? [], now, seconds),
    ended: end(rows, [...(event.ended ?? []), ...(event.gone ?? []).map(untold)]),
  };
}

function open(rows, opened, now) {
  let count = 0;
  for (const connection of opened) {
    rows.unread?.opened.set(connection.id, connection);
    const known = rows.byId.get(connection.id);
    if (add(rows, known ?? connection, connection, now) && !known) count++;
  }
  return count;
}

function move(rows, moved, now, seconds) {
  let count = 0;
  for (const [id, octetsUp, octetsDown, idleSeconds] of moved) {
    const row = rows.byId.get(id);
    if (!row) continue;
    row.octetsPerSecond = Math.max(0, (octetsUp + octetsDown - row.octetsUp - row.octetsDown) / seconds);
    row.octetsUp = octetsUp;
    row.octetsDown = octetsDown;
    row.movedAt = now - idleSeconds * 1000;
    rows.moving.add(row);
    count++;
  }
  return count;
}

// Of very many that end at once, the server tells the numbers alone; History has the rest.
function untold(id) {
  return { id, reason: 'ended', detail: null };
}

function end(rows, ended) {
  let count = 0;
  for (const connection of ended) {
    rows.unread?.ended.add(connection.id);
    const row = rows.byId.get(connection.id);
    if (!row) {
      if (rows.dropped > 0) rows.dropped--;
      continue;
    }
    // A table that is held still shows it, and says that it is over.
    row.octetsUp = connection.octetsUp ?? row.octetsUp;
    row.octetsDown = connection.octetsDown ?? row.octetsDown;
    row.octetsPerSecond = 0;
    row.ended = connection;
    rows.byId.delete(connection.id);
    rows.moving.delete(row);
    count++;
  }
  return count;
}

/** Seconds since the row last moved. */
export function idleSeconds(row, now) {
  return row.ended ? 0 : Math.max(0, (now - row.movedAt) / 1000);
}

/** Seconds since the row's connection was opened; `serverNow` is the server's clock. */
export function ageSeconds(row, serverNow) {
  return Math.max(0, (serverNow - (row.startedMillis ??= Date.parse(row.startedAt))) / 1000);
}

/** A row with what a filter looks at. */
export function withTimes(row, now, serverNow) {
  row.idleSeconds = idleSeconds(row, now);
  row.ageSeconds = ageSeconds(row, serverNow);
  return row;
}

const BY_TEXT = new Set(['user', 'client', 'destination', 'command']);

/**
 * The rows that satisfy a test, sorted. Equal ones stay in the order of their numbers, so that nothing jumps. A
 * generator: each step takes STEP rows at most, so that whoever runs it may let a click be answered in between. Rows
 * that open or end between two steps may be in what it returns or not.
 * @param column the name of a field, or `octets` for both directions
 */
export function* viewing(rows, accepts, { column, isDescending }) {
  const found = [];
  const keyOf = sortKey(column);
  let looked = 0;
  for (const row of rows.byId.values()) {
    if (accepts(row)) {
      row.sortKey = keyOf(row);
      found.push(row);
    }
    if (++looked % STEP === 0) yield;
  }
  const sign = isDescending ? -1 : 1;
  return yield* sorting(found, (a, b) => (a.sortKey < b.sortKey ? -sign : a.sortKey > b.sortKey ? sign : a.id - b.id));
}

// Runs of STEP rows are sorted by the engine, and merged two by two.
function* sorting(items, compare) {
  let runs = [];
  for (let at = 0; at < items.length; at += STEP) {
    runs.push(items.slice(at, at + STEP).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(i + 1 < runs.length ? yield* merging(runs[i], runs[i + 1], compare) : runs[i]);
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merging(left, right, compare) {
  const merged = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const isLeft = j >= right.length || (i < left.length && compare(left[i], right[j]) <= 0);
    merged.push(isLeft ? left[i++] : right[j++]);
    if (merged.length % STEP === 0) yield;
  }
  return merged;
}

/** `viewing` at once. */
export function view(rows, accepts, sort) {
  return atOnce(viewing(rows, accepts, sort));
}

/** What a generator returns, without a pause. */
export function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function sortKey(column) {
  if (column === 'octets') return (row) => row.octetsUp + row.octetsDown;
  if (column === 'startedAt') return (row) => row.id;
  if (column === 'idleSeconds') return (row) => -row.movedAt;
  if (BY_TEXT.has(column)) return (row) => (row[column] ?? '').toLowerCase();
  return (row) => row[column] ?? -1;
}

/**
 * What has changed since a table was held. A generator, as `viewing` is.
 * @param held the rows as the table shows them
 * @returns {{opened: number, moved: number, ended: number}}
 */
export function* comparing(rows, held, accepts, heldAt) {
  const shown = new Set();
  let [opened, moved, ended, looked] = [0, 0, 0, 0];
  for (const row of held) {
    shown.add(row);
    if (row.ended) ended++;
    else if (row.movedAt > heldAt) moved++;
    if (++looked % STEP === 0) yield;
  }
  for (const row of rows.byId.values()) {
    if (!shown.has(row) && accepts(row)) opened++;
    if (++looked % STEP === 0) yield;
  }
  return { opened, moved, ended };
}

/** `comparing` at once. */
export function changedSince(rows, held, accepts, heldAt) {
  return atOnce(comparing(rows, held, accepts, heldAt));
}
