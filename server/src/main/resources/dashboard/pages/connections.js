import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../vendor/htm-preact.js';
import { FIELDS, parse, toQuery } from '../filter.js';
import { counted, hostPort, number, octets, rate, reply, span } from '../format.js';
import { useKeys } from '../keys.js';
import { live, narrow, prepare, serverNow, showRows } from '../live.js';
import { noteQuery } from '../place.js';
import { ageSeconds, idleSeconds } from '../rows.js';
import { Shown } from '../shown.js';
import { Table, nextSort } from '../table.js';
import { Empty, ProblemBox, useLive } from '../ui.js';
import { ConnectionDialog, askKill } from './connection.js';

const KNOWN_TO_SERVER = ['user', 'client', 'destination', 'port', 'rule', 'command', 'minOctets', 'minDurationSeconds', 'minIdleSeconds', 'q'];

const COLUMNS = [
  { id: 'user', title: 'User', width: '8.5em', cell: (row) => row.user ?? '–' },
  { id: 'client', title: 'Client', width: '12em', rank: 2, cell: (row) => hostPort(row.client, row.clientPort) },
  { id: 'destination', title: 'Destination', cell: destination },
  { id: 'outgoing', title: 'Leaves by', width: '9em', rank: 4, cell: (row) => row.outgoing ?? '–' },
  { id: 'reply', title: 'Reply', width: '4.6em', rank: 3, cell: (row) => html`<span title=${reply(row.reply)}>${row.reply ?? '–'}</span>` },
  { id: 'ruleNumber', title: 'Rule', width: '4.4em', rank: 3, cell: (row) => html`<span title=${row.rule ?? ''}>${row.ruleNumber ?? '–'}</span>` },
  { id: 'octetsPerSecond', title: 'Rate', width: '7.2em', kind: 'number', cell: (row) => (row.ended ? 'ended' : rate(row.octetsPerSecond)) },
  { id: 'octetsUp', title: 'Up', width: '6em', kind: 'number', rank: 2, cell: (row) => octets(row.octetsUp) },
  { id: 'octetsDown', title: 'Down', width: '6em', kind: 'number', rank: 2, cell: (row) => octets(row.octetsDown) },
  { id: 'startedAt', title: 'Open for', width: '7em', kind: 'number', rank: 2, cell: (row) => span(ageSeconds(row, serverNow())) },
  { id: 'idleSeconds', title: 'Idle', width: '6em', kind: 'number', rank: 3, cell: (row) => span(idleSeconds(row, Date.now())) },
];

// Nearly all are CONNECT: the others are named.
function destination(row) {
  const place = hostPort(row.destination, row.destinationPort);
  const word = { BIND: 'BIND', 'UDP ASSOCIATE': 'UDP' }[row.command];
  return word ? html`<span class="off">${word}</span> ${place}` : place;
}

const NUMBERS = new Set(['octetsPerSecond', 'octetsUp', 'octetsDown', 'startedAt', 'idleSeconds']);

/** Every open connection, as it changes. */
export function Connections({ query, isAdministrator, onRefused }) {
  useLive();
  useEffect(() => {
    showRows(true, onRefused);
    return () => showRows(false, onRefused);
  }, []);
  const [text, setText] = useState(query.filter ?? '');
  const [sort, setSort] = useState(readSort(query.sort));
  const [selected, setSelected] = useState(new Set());
  const [opened, setOpened] = useState(null);
  const [isPaused, setPaused] = useState(false);
  const box = useRef(null);
  const filter = useMemo(() => parse(text), [text]);

  // The address changed by itself: Back, or a link of another part of the page. Before it is painted: later would undo
  // what is typed as soon as the page is seen.
  useLayoutEffect(() => setText(query.filter ?? ''), [query]);
  useEffect(() => {
    noteQuery('connections', { filter: text, sort: writeSort(sort) });
    const timer = setTimeout(() => narrow(toQuery(filter, KNOWN_TO_SERVER)), 400);
    return () => clearTimeout(timer);
  }, [text, sort, live.isPartial]);

  const shown = useShown(filter, sort, isPaused);
  const { rows, isHeld, changes } = shown;
  const release = () => shown.release();
  const chosen = rows.filter((row) => selected.has(row.id) && !row.ended);
  const open = rows.filter((row) => !row.ended);
  // Not those that matched a moment ago, while what was typed since is being looked for.
  const kill = (some) => isAdministrator && shown.isCurrent && some.length > 0 && askKill(some, some === open && filter.terms.length > 0 ? text : null, () => setSelected(new Set()));

  const pause = () => {
    if (isPaused) release();
    setPaused(!isPaused);
  };
  useKeys({
    '/': ['go to the filter', () => box.current?.focus()],
    p: [isPaused ? 'go on' : 'pause', pause],
    ...(isAdministrator && { x: ['end the selected connections', () => kill(chosen)], X: ['end all that match', () => kill(open)] }),
  });
  const type = (event) => {
    release();
    setText(event.currentTarget.value);
  };
  const sortBy = (column) => {
    release();
    setSort(nextSort(sort, column, NUMBERS.has(column)));
  };

  return html`
    <h1>Connections</h1>
    <div class="bar">
      <label class="filter"
        ><span class="unseen">Filter</span>
        <input type="search" ref=${box} value=${text} onInput=${type} placeholder="Filter: user:ana to:*.example port:443 >1MB idle>10m" spellcheck=${false} autocomplete="off" aria-describedby="filter-problems" />
      </label>
      <button type="button" onClick=${pause} aria-pressed=${String(isPaused)}>${isPaused ? 'Go on' : 'Pause'}</button>
      ${isAdministrator &&
      html`<button type="button" class="danger" disabled=${chosen.length === 0} onClick=${() => kill(chosen)}>End selected${chosen.length > 0 ? ` (${number(chosen.length)})` : ''}…</button>
        <button type="button" class="danger" disabled=${open.length === 0} onClick=${() => kill(open)}>End all ${number(open.length)}…</button>`}
      <${FilterHelp} />
    </div>
    <p id="filter-problems" class="problems">${filter.problems.join('. ')}</p>
    <${Summary} shown=${rows.length} selected=${chosen.length} isHeld=${isHeld} isPaused=${isPaused} changes=${changes} />
    <${ProblemBox} problem=${live.rowsProblem} />
    ${rows.length === 0
      ? html`<${Nothing} isFiltered=${filter.terms.length > 0} onClear=${() => setText('')} />`
      : html`<${Table} label="Open connections" columns=${COLUMNS} rows=${rows} idOf=${idOf} nameOf=${nameOf} sort=${sort} onSort=${sortBy}
          selected=${isAdministrator ? selected : undefined} onSelect=${setSelected} onOpen=${setOpened} onTouch=${shown.onTouch} classOf=${classOf} />`}
    ${opened && html`<${ConnectionDialog} connection=${opened} isAdministrator=${isAdministrator} onClose=${() => setOpened(null)} onFilter=${(term) => (setText(term), setOpened(null), release())} />`}
  `;
}

const idOf = (row) => row.id;
const nameOf = (row) => `connection ${row.id}, ${row.user ?? 'no name'} to ${hostPort(row.destination, row.destinationPort)}`;

const classOf = (row) => (row.ended ? 'ended' : '');

// The rows are put in order before each drawing, in slices. What the reader asks for is looked for at once: in the
// drawing if that is quick, otherwise in slices too, and the rows of before stay until then.
function useShown(filter, sort, isPaused) {
  const [, redraw] = useState(0);
  const [shown] = useState(() => {
    const made = new Shown(() => live.rows, { now: Date.now, serverNow });
    made.onTouch = () => made.touch();
    return made;
  });
  shown.want(filter, sort, isPaused);
  if (!shown.isCurrent && shown.isQuick) shown.lookAtOnce();
  useEffect(() => prepare(() => shown.look()), []);
  useEffect(() => {
    if (!shown.isCurrent) shown.look().then(() => redraw((turn) => turn + 1));
  });
  return shown;
}

function Summary({ shown, selected, isHeld, isPaused, changes }) {
  const all = live.rows.byId.size + live.rows.dropped;
  const parts = [shown === all ? counted(all, 'connection') : `${number(shown)} of ${counted(all, 'connection')}`];
  if (selected > 0) parts.push(`${number(selected)} selected`);
  if (live.isPartial) parts.push(`there are more than ${number(live.rows.byId.size)}: narrow the filter, the server searches`);
  if (isHeld) {
    const { opened, moved, ended } = changes;
    const sum = opened + moved + ended;
    const words = sum === 0 ? 'nothing changed meanwhile' : `${number(sum)} changed meanwhile (${number(opened)} opened, ${number(moved)} moved, ${number(ended)} ended)`;
    parts.push(`${isPaused ? 'paused' : 'held while you look'}: ${words}`);
  }
  return html`<p class="summary figure">${parts.join(' · ')}</p>`;
}

function Nothing({ isFiltered, onClear }) {
  if (live.rowsState !== 'there') return html`<${Empty}>Reading the connections …<//>`;
  if (isFiltered) return html`<${Empty}>No connection matches. <button type="button" onClick=${onClear}>Clear the filter</button><//>`;
  const address = live.status?.listeners.socks?.[0];
  return html`<${Empty}>No open connections. ${address ? html`Point a client at <code>socks5h://${address}</code>.` : 'The SOCKS side does not listen: Settings has Start.'}<//>`;
}

/** What can be typed into the box. */
export function FilterHelp() {
  return html`<details class="help">
    <summary>Filter words</summary>
    <dl>
      ${Object.values(FIELDS).map(({ example, means }) => html`<dt><code>${example}</code></dt><dd>${means}</dd>`)}
      <dt><code>>1MB</code></dt><dd>bytes in both directions; also up> and down></dd>
      <dt><code>idle>10m</code></dt><dd>idle for longer; age> is how long it is open</dd>
      <dt><code>-user:ana</code></dt><dd>a minus: all but these</dd>
      <dt><code>example</code></dt><dd>the word in user, client or destination</dd>
    </dl>
  </details>`;
}

function readSort(text) {
  if (!text) return { column: 'startedAt', isDescending: true };
  const isDescending = text.startsWith('-');
  const column = isDescending ? text.slice(1) : text;
  return COLUMNS.some(({ id }) => id === column) ? { column, isDescending } : readSort('');
}

function writeSort({ column, isDescending }) {
  return column === 'startedAt' && isDescending ? '' : `${isDescending ? '-' : ''}${column}`;
}
