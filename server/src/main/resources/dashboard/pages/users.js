import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { counted, number, octets, time } from '../format.js';
import { useKeys } from '../keys.js';
import { isExpired, quotaOf } from '../limits.js';
import { serverNow } from '../live.js';
import { noteQuery } from '../place.js';
import { Table, nextSort } from '../table.js';
import { Empty, ProblemBox, ask, useEvery, useLoaded } from '../ui.js';
import { STATE_WORDS, matchesUser, role, sortUsers, toCsv, toJson, usage } from '../userlist.js';
import { UserDialog, askAdd, askDisable, askRemove, changeAll } from './user.js';

const MAX_USERS = 20000;
const REFRESH_MILLIS = 10000;

const used = (period) => (user) => (user.usage ? octets(usage(user, period)) : '–');

const COLUMNS = [
  { id: 'name', title: 'Name', cell: (user) => user.name },
  { id: 'role', title: 'Role', width: '9em', rank: 2, cell: (user) => (role(user) === 'user' ? '–' : role(user)) },
  { id: 'plan', title: 'Plan', width: '8em', rank: 3, cell: (user) => user.plan ?? '–' },
  { id: 'state', title: 'State', width: '8em', sort: false, cell: stateOf },
  { id: 'connections', title: 'Online', width: '6em', kind: 'number', cell: (user) => (user.connections > 0 ? number(user.connections) : '–') },
  { id: 'today', title: 'Today', width: '6.5em', kind: 'number', rank: 2, cell: used('today') },
  { id: 'month', title: 'This month', width: '7.5em', kind: 'number', rank: 2, cell: used('month') },
  { id: 'lastSeen', title: 'Last seen', width: '12.5em', kind: 'number', rank: 3, cell: (user) => (user.connections > 0 ? 'now' : user.lastSeen ? time(user.lastSeen) : 'never') },
];

const NUMBERS = new Set(['connections', 'today', 'month', 'lastSeen']);

function stateOf(user) {
  if (!user.enabled) return html`<span class="off">disabled</span>`;
  if (isExpired(user, serverNow())) return html`<span class="no">expired</span>`;
  if (quotaOf(user)?.isSpent) return html`<span class="no">quota spent</span>`;
  return user.temporary ? 'this run' : 'enabled';
}

/** Who may use the proxy. Online means: has an open connection. */
export function Users({ query, isAdministrator }) {
  const users = useLoaded(() => api.all('/users', {}, MAX_USERS), []);
  const [text, setText] = useState(query.filter ?? '');
  const [sort, setSort] = useState({ column: 'name', isDescending: false });
  const [selected, setSelected] = useState(new Set());
  const [openName, setOpenName] = useState(null);
  const box = useRef(null);
  const items = users.value?.items ?? [];
  useEvery(users.reload, Math.max(REFRESH_MILLIS, items.length * 10));
  useLayoutEffect(() => setText(query.filter ?? ''), [query]);
  useEffect(() => noteQuery('users', { filter: text }), [text]);

  const shown = useMemo(() => sortUsers(items.filter((user) => matchesUser(text, user)), sort), [items, text, sort]);
  const chosen = shown.filter((user) => selected.has(user.name));
  const opened = items.find((user) => user.name === openName);
  const done = () => {
    setSelected(new Set());
    users.reload();
  };
  const add = () => isAdministrator && askAdd(users.reload);
  const removeChosen = () => isAdministrator && chosen.length > 0 && askRemove(chosen, done);
  useKeys({
    '/': ['go to the filter', () => box.current?.focus()],
    ...(isAdministrator && { n: ['add a user', add], x: ['remove the selected users', removeChosen] }),
  });
  const withSelected = (label, action, isDangerous) =>
    html`<button type="button" class=${isDangerous ? 'danger' : ''} disabled=${chosen.length === 0} onClick=${action}>${label}</button>`;

  return html`
    <h1>Users</h1>
    <div class="bar">
      <label class="filter"
        ><span class="unseen">Filter</span>
        <input type="search" ref=${box} value=${text} onInput=${(event) => setText(event.currentTarget.value)} placeholder=${`Filter: a part of the name, ${STATE_WORDS.slice(0, 5).join(', ')}`} spellcheck=${false} autocomplete="off" />
      </label>
      ${isAdministrator && html`<button type="button" class="primary" onClick=${add}>Add user…</button>`}
      ${isAdministrator &&
      html`<span class="group" role="group" aria-label="With the selected users">
        ${withSelected('Enable', () => changeAll(chosen, { enabled: true }, 'enabled', done))}
        ${withSelected('Disable…', () => askDisable(chosen, done), true)} ${withSelected('Remove…', removeChosen, true)}
      </span>`}
      <span class="group" role="group" aria-label="Export what is shown">
        <button type="button" onClick=${() => download('users.csv', 'text/csv', toCsv(shown))}>CSV</button>
        <button type="button" onClick=${() => download('users.json', 'application/json', toJson(shown))}>JSON</button>
      </span>
    </div>
    <p class="summary figure">
      ${shown.length === items.length ? counted(items.length, 'user') : `${number(shown.length)} of ${counted(items.length, 'user')}`}
      ${chosen.length > 0 && ` · ${number(chosen.length)} selected`}
      ${users.value && !users.value.isComplete && ` · there are more than ${number(MAX_USERS)}: these are the first`}
    </p>
    <${ProblemBox} problem=${users.problem} />
    ${shown.length === 0
      ? html`<${NoUsers} isLoading=${users.value === null && !users.problem} isFiltered=${text !== ''} onClear=${() => setText('')} />`
      : html`<${Table} label="Users" columns=${COLUMNS} rows=${shown} idOf=${(user) => user.name} sort=${sort} onSort=${(column) => setSort(nextSort(sort, column, NUMBERS.has(column)))}
          selected=${isAdministrator ? selected : undefined} onSelect=${setSelected} onOpen=${(user) => setOpenName(user.name)} classOf=${(user) => (user.enabled ? '' : 'dim')} />`}
    ${opened && html`<${UserDialog} key=${opened.name} user=${opened} isAdministrator=${isAdministrator} onClose=${() => setOpenName(null)} onDone=${users.reload} />`}
  `;
}

function NoUsers({ isLoading, isFiltered, onClear }) {
  if (isLoading) return html`<${Empty}>Reading the users …<//>`;
  if (isFiltered) return html`<${Empty}>No user matches. <button type="button" onClick=${onClear}>Clear the filter</button><//>`;
  return html`<${Empty}>No users yet. Add one here, or with <code>argyle users add NAME</code>.<//>`;
}

function download(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
