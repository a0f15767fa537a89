import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../vendor/htm-preact.js';
import { get } from '../api.js';
import { matches, parse, toQuery } from '../filter.js';
import { hostPort, millis, number, octets, reply } from '../format.js';
import { useKeys } from '../keys.js';
import { serverNow } from '../live.js';
import { noteQuery } from '../place.js';
import { explained } from '../reasons.js';
import { Table } from '../table.js';
import { Empty, Field, ProblemBox, When, useLive } from '../ui.js';
import { ConnectionDialog } from './connection.js';
import { FilterHelp } from './connections.js';

const PAGE = 200;
const EMPTY_PAGES = 50; // in a row, then somebody presses "Search on"
const MAX_ROWS = 10000; // of a search; the page says so, and the search is to be narrowed
const KNOWN_TO_SERVER = ['user', 'client', 'destination', 'port', 'rule', 'reply', 'reason', 'command', 'minOctets', 'minDurationSeconds'];
const PERIODS = { all: ['all that is kept', null], hour: ['last hour', 3600e3], day: ['last day', 86400e3], week: ['last week', 7 * 86400e3] };

const COLUMNS = [
  { id: 'endedAt', title: 'Ended', width: '12.5em', cell: (row) => html`<${When} at=${row.endedAt} />` },
  { id: 'user', title: 'User', width: '7em', cell: (row) => row.user ?? '–' },
  { id: 'client', title: 'Client', width: '11.5em', rank: 3, cell: (row) => hostPort(row.client, row.clientPort) },
  { id: 'destination', title: 'Destination', cell: (row) => hostPort(row.destination, row.destinationPort) },
  { id: 'reply', title: 'Reply', width: '5em', rank: 3, cell: (row) => html`<span title=${reply(row.reply)}>${row.reply ?? '–'}</span>` },
  { id: 'reason', title: 'Why it ended', width: '12em', cell: (row) => html`<span class=${row.fault === 'server' ? 'no' : ''} title=${explained(row.reason ?? '').means}>${row.reason}</span>` },
  { id: 'octetsUp', title: 'Up', width: '6em', kind: 'number', rank: 2, cell: (row) => octets(row.octetsUp) },
  { id: 'octetsDown', title: 'Down', width: '6em', kind: 'number', rank: 2, cell: (row) => octets(row.octetsDown) },
  { id: 'durationMillis', title: 'Lasted', width: '6.5em', kind: 'number', rank: 2, cell: (row) => millis(row.durationMillis) },
];

/** The connections that have ended, newest first. */
export function History({ query }) {
  const { status } = useLive();
  const [text, setText] = useState(query.filter ?? '');
  const [period, setPeriod] = useState(query.period ?? 'all');
  const [opened, setOpened] = useState(null);
  const box = useRef(null);
  const filter = useMemo(() => parse(text), [text]);
  const search = useSearch(filter, period);
  useKeys({ '/': ['go to the filter', () => box.current?.focus()], r: ['search again', search.begin] });
  useLayoutEffect(() => {
    setText(query.filter ?? '');
    setPeriod(query.period ?? 'all');
  }, [query]);
  useEffect(() => noteQuery('history', { filter: text, period: period === 'all' ? '' : period }), [text, period]);

  return html`
    <h1>History</h1>
    <div class="bar">
      <label class="filter"
        ><span class="unseen">Filter</span>
        <input type="search" ref=${box} value=${text} onInput=${(event) => setText(event.currentTarget.value)} placeholder="Filter: user:ana to:*.example reason:refused-by-rule" spellcheck=${false} autocomplete="off" aria-describedby="filter-problems" />
      </label>
      <${Field} label="Period">
        <select value=${period} onChange=${(event) => setPeriod(event.currentTarget.value)}>
          ${Object.entries(PERIODS).map(([value, [word]]) => html`<option value=${value}>${word}</option>`)}
        </select>
      <//>
      <button type="button" onClick=${search.begin}>Search again</button>
      <${FilterHelp} />
    </div>
    <p id="filter-problems" class="problems">${filter.problems.join('. ')}</p>
    <p class="summary figure" role="status">${search.isLoading ? 'Searching …' : `${number(search.rows.length)} found${search.next ? ', and there are more' : ''}`}
      ${status && status.history === false && ' · since the start of the server only: history.keep is 0'}
    </p>
    <${ProblemBox} problem=${search.problem} />
    ${search.rows.length === 0
      ? !search.isLoading && html`<${Empty}>${text === '' && period === 'all' ? 'No connection has ended yet.' : 'Nothing was found.'} ${search.next && html`<button type="button" onClick=${search.more}>Search on</button>`}<//>`
      : html`<${Table} label="Ended connections" columns=${COLUMNS} rows=${search.rows} idOf=${(row) => row.key ?? `${row.id} ${row.startedAt}`} nameOf=${(row) => `connection ${row.id}`} onOpen=${setOpened} />`}
    ${search.next &&
    search.rows.length > 0 &&
    (search.rows.length < MAX_ROWS ? html`<p><button type="button" disabled=${search.isLoading} onClick=${search.more}>More</button></p>` : html`<p class="note">More than ${number(MAX_ROWS)}: narrow the search.</p>`)}
    ${opened && html`<${ConnectionDialog} connection=${opened} onClose=${() => setOpened(null)} onFilter=${(term) => (setText(term), setOpened(null))} />`}
  `;
}

// What the server has found, a page at a time. It looks for what it can; the rest of the filter is applied here.
function useSearch(filter, period) {
  const [state, setState] = useState({ rows: [], next: null, isLoading: true, problem: null });
  const number = useRef(0);
  const read = async (before, cursor) => {
    const mine = ++number.current;
    setState({ ...before, isLoading: true });
    const span = PERIODS[period]?.[1];
    const from = span ? new Date(serverNow() - span).toISOString() : undefined;
    try {
      let found = [];
      let page = { next: cursor };
      // A page may be empty although there are more: the server answers when its time for one is used up.
      for (let turn = 0; turn < EMPTY_PAGES && found.length === 0; turn++) {
        page = await get('/history', { ...toQuery(filter, KNOWN_TO_SERVER), from, limit: PAGE, cursor: page.next });
        if (mine !== number.current) return;
        found = page.items.filter((row) => matches(filter, { ...row, ageSeconds: row.durationMillis / 1000 }));
        if (!page.next) break;
      }
      setState({ rows: [...before.rows, ...found], next: page.next, isLoading: false, problem: null });
    } catch (problem) {
      if (mine === number.current) setState({ ...before, isLoading: false, problem });
    }
  };
  const begin = () => read({ rows: [], next: null });
  useEffect(() => {
    const timer = setTimeout(begin, 250); // somebody is typing
    return () => {
      clearTimeout(timer);
      number.current++;
    };
  }, [filter, period]);
  return { ...state, begin, more: () => read(state, state.next) };
}
