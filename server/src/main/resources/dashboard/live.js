// What the server tells by itself: its state, totals once a second, and, while somebody looks at them, the open
// connections. One object, changed in place; whoever shows it subscribes.

import * as api from './api.js';
import { follow } from './eventstream.js';
import { load, push, ring, save } from './ring.js';
import { MAX_ROWS, apply, beginFill, emptyRows, fill } from './rows.js';
import { nextTask } from './slices.js';

const PLOTTED_SECONDS = 600;
const STATUS_MILLIS = 15000;
const KEPT_SAMPLES = 'argyle-samples'; // in the tab, so that a reload does not begin the plots anew

/** state: connecting, live, or lost (then `lostAt` and `why`). */
export const live = {
  state: 'connecting',
  lostAt: null,
  why: null,
  status: null,
  totals: null,
  rates: null,
  topUsers: [],
  at: null,
  skewMillis: 0, // the reader's clock minus the server's
  samples: ring(PLOTTED_SECONDS, ['up', 'down', 'open']),
  rows: emptyRows(),
  rowsState: 'none', // none, loading, there
  rowsProblem: null,
  isPartial: false, // there were more rows than are held: the list was narrowed by `rowsQuery`
};

const subscribers = new Set();
const preparers = new Set();
let stream = null;
let wantsRows = false;
let rowsQuery = {};
let loading = 0; // the number of the last load: an older one that comes late is thrown away
let statusTimer = 0;
let isDrawing = false;
let isFirst = true; // of the totals of a stream
let isStale = false; // something has changed since the drawing that is under way began

/** Calls `action` after each change until what it returns is called. */
export function subscribe(action) {
  subscribers.add(action);
  return () => subscribers.delete(action);
}

/** Calls `action` before each drawing and waits for it, until what this returns is called: for what takes long. */
export function prepare(action) {
  preparers.add(action);
  return () => preparers.delete(action);
}

// Reading an event, putting rows in order and drawing them are short tasks, not a long one: a click is answered between
// them. The drawing comes with the next frame, so a tab that is not seen draws nothing.
async function changed() {
  isStale = true;
  if (isDrawing) return;
  isDrawing = true;
  try {
    while (isStale) {
      isStale = false;
      await nextTask();
      for (const action of [...preparers]) await action();
      await new Promise(requestAnimationFrame);
      for (const action of [...subscribers]) action();
    }
  } finally {
    isDrawing = false;
  }
}

/** The server's clock, in milliseconds since 1970. */
export function serverNow() {
  return Date.now() - live.skewMillis;
}

/** Begins to follow the server; somebody is logged in. */
export function start(whenRefused) {
  stop();
  const url = wantsRows ? '/api/v1/events' : '/api/v1/events?connections=false';
  stream = follow(url, {
    event: onEvent,
    open(isResumed) {
      isFirst = !isResumed;
      live.state = 'live';
      live.lostAt = live.why = null;
      readStatus();
      if (wantsRows && (!isResumed || live.rowsState !== 'there')) loadRows();
      changed();
    },
    lost(why) {
      if (live.state !== 'lost') live.lostAt = Date.now();
      live.state = 'lost';
      live.why = why;
      changed();
    },
    refused: whenRefused,
  });
  statusTimer = setInterval(readStatus, STATUS_MILLIS);
}

export function stop() {
  stream?.stop();
  stream = null;
  clearInterval(statusTimer);
}

/** The table of connections is opened or left: its rows are held only while somebody looks. */
export function showRows(isShown, whenRefused) {
  if (wantsRows === isShown) return;
  wantsRows = isShown;
  live.rows = emptyRows();
  live.rowsState = 'none';
  live.isPartial = false;
  rowsQuery = {};
  if (stream) start(whenRefused);
}

/** Has the server search, where it has more rows than the page holds. */
export function narrow(query) {
  if (!live.isPartial || JSON.stringify(query) === JSON.stringify(rowsQuery)) return;
  rowsQuery = query;
  loadRows();
}

function onEvent({ type, data }) {
  if (type === 'totals') onTotals(JSON.parse(data));
  else if (type === 'connections' && wantsRows) apply(live.rows, JSON.parse(data), Date.now());
  else if (type === 'gap' && wantsRows) loadRows();
  changed();
}

function onTotals({ at, totals, rates, topUsers }) {
  live.at = Date.parse(at);
  live.skewMillis = Date.now() - live.at;
  live.totals = totals;
  live.rates = rates;
  live.topUsers = topUsers ?? [];
  const second = Math.floor(live.at / 1000);
  if (live.samples.size === 0) load(live.samples, sessionStorage.getItem(KEPT_SAMPLES), second);
  // A server that nobody watched has no second to compare with: its first rates are none, not 0.
  const isUnknown = isFirst && rates.octetsUp === 0 && rates.octetsDown === 0 && rates.opened === 0;
  isFirst = false;
  if (!isUnknown) push(live.samples, second, { up: rates.octetsUp, down: rates.octetsDown, open: totals.open });
}

/** Keeps the plots' samples as long as the tab is open. */
export function keepSamples() {
  sessionStorage.setItem(KEPT_SAMPLES, save(live.samples));
}

/** Somebody has logged out: nothing stays. */
export function forgetSamples() {
  live.samples = ring(PLOTTED_SECONDS, ['up', 'down', 'open']);
  sessionStorage.removeItem(KEPT_SAMPLES);
}

export async function readStatus() {
  try {
    const before = live.status?.startedAt;
    live.status = await api.get('/status');
    live.totals ??= live.status.totals;
    live.rates ??= live.status.rates;
    // Another process answers: numbers of connections begin anew.
    if (before && before !== live.status.startedAt && wantsRows) loadRows();
    changed();
  } catch {
    // The stream notices by itself if the server is gone.
  }
}

async function loadRows() {
  const number = ++loading;
  live.rowsState = live.rowsState === 'there' ? 'there' : 'loading';
  beginFill(live.rows);
  try {
    const { items, isComplete } = await api.all('/connections', rowsQuery, MAX_ROWS);
    if (number !== loading || !wantsRows) return;
    fill(live.rows, items, Date.now());
    live.rowsState = 'there';
    live.rowsProblem = null;
    live.isPartial = !isComplete || Object.keys(rowsQuery).length > 0;
  } catch (problem) {
    if (number !== loading) return;
    live.rowsProblem = problem;
  }
  changed();
}
