import { html } from '../vendor/htm-preact.js';
import { get } from '../api.js';
import { Table } from '../table.js';
import { Empty, ProblemBox, When, useEvery, useLoaded } from '../ui.js';

const REFRESH_MILLIS = 5000;

const said = (value) => (value == null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

const COLUMNS = [
  { id: 'at', title: 'When', width: '12.5em', cell: (change) => html`<${When} at=${change.at} />` },
  { id: 'by', title: 'Who', width: '7.5em', cell: (change) => change.by ?? '–' },
  { id: 'door', title: 'From', width: '10.5em', rank: 2, cell: (change) => `${change.door} ${change.client ?? ''}` },
  { id: 'operation', title: 'What', width: '11.5em', cell: (change) => change.operation },
  { id: 'target', title: 'On', width: '8.5em', cell: (change) => change.target ?? '–' },
  { id: 'before', title: 'Before → after', rank: 2, cell: (change) => (change.before == null && change.after == null ? '' : `${said(change.before) || '–'} → ${said(change.after) || '–'}`) },
  { id: 'result', title: 'Result', width: '11em', cell: (change) => html`<span class=${change.result === 'done' ? '' : 'no'}>${change.result}</span>` },
];

async function read() {
  const { items } = await get('/changes', { limit: 1000 });
  return items.map((change, i) => ({ ...change, number: items.length - i }));
}

/** Who changed what, at any door, newest first. */
export function Changes() {
  const changes = useLoaded(read, []);
  useEvery(changes.reload, REFRESH_MILLIS);
  const items = changes.value ?? [];
  return html`
    <h1>Changes</h1>
    <p class="summary">What was changed through any door, also what was refused. The log of the server has it for longer.</p>
    <${ProblemBox} problem=${changes.problem} />
    ${items.length === 0
      ? html`<${Empty}>${changes.value ? 'Nothing was changed since the start.' : 'Reading the changes …'}<//>`
      : html`<${Table} label="Changes" columns=${COLUMNS} rows=${items} idOf=${(change) => change.number} />`}
  `;
}
