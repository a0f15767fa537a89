import { html, useState } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { counted, countedOf } from '../format.js';
import { StaticTable } from '../table.js';
import { Empty, ProblemBox, When, ask, useEvery, useLoaded } from '../ui.js';

const REFRESH_MILLIS = 5000;
const MOST_PENALTIES = 1000; // shown

const columns = (onForgive) => [
  { id: 'source', title: 'Source', cell: (penalty) => penalty.source },
  { id: 'door', title: 'Where', width: '7em', rank: 2, cell: (penalty) => penalty.door },
  { id: 'state', title: 'State', width: '8em', cell: (penalty) => html`<span class=${penalty.state === 'refused' ? 'no' : ''}>${penalty.state}</span>` },
  { id: 'until', title: 'Until', width: '12.5em', cell: (penalty) => html`<${When} at=${penalty.until} />` },
  { id: 'reason', title: 'Why', rank: 2, cell: (penalty) => penalty.reason ?? '–' },
  ...(onForgive ? [{ id: 'forgive', title: 'Change', width: '7em', cell: (penalty) => html`<button type="button" class="small" onClick=${() => onForgive(penalty)}>Forgive…</button>` }] : []),
];

const malformedColumns = (onShow) => [
  { id: 'at', title: 'When', width: '12.5em', cell: (entry) => html`<${When} at=${entry.at} />` },
  { id: 'client', title: 'Client', width: '14em', cell: (entry) => entry.client },
  { id: 'reason', title: 'What was wrong', cell: (entry) => (entry.detail ? `${entry.reason}: ${entry.detail}` : entry.reason) },
  { id: 'octets', title: 'Bytes', width: '12em', rank: 2, cell: (entry) => bytesOf(entry, onShow) },
];

// The server leaves out what may be a secret.
function bytesOf(entry, onShow) {
  const count = pairs(entry.octets).length;
  return count === 0 ? '–' : html`<button type="button" class="small quiet" onClick=${() => onShow(entry)}>${counted(count, 'byte')}…</button>`;
}

/** Who has failed too often, and what did not look like SOCKS. */
export function Penalties({ isAdministrator }) {
  const penalties = useLoaded(() => api.all('/penalties', {}, MOST_PENALTIES), []);
  useEvery(penalties.reload, REFRESH_MILLIS);
  const items = penalties.value?.items ?? [];
  const forgive = (penalty) =>
    ask({
      title: `Forgive ${penalty.source}?`,
      body: html`<p>Its penalty is removed at once: it may log in again without delay. If it goes on failing, it is penalised anew.</p>`,
      action: 'Forgive',
      run: async () => {
        await api.remove(`/penalties/${encodeURIComponent(penalty.source)}`);
        penalties.reload();
        return `${penalty.source} is forgiven.`;
      },
    });
  return html`
    <h1>Penalties</h1>
    <p class="summary">An address that keeps failing to log in waits longer and longer, then is refused for a while. ${items.length > 0 && `${countedOf(penalties.value, 'address is', 'addresses are')} penalised${penalties.value.isComplete ? '' : ': these are the first'}.`}</p>
    <${ProblemBox} problem=${penalties.problem} />
    ${items.length === 0
      ? html`<${Empty}>${penalties.value ? 'No address is penalised.' : 'Reading the penalties …'}<//>`
      : html`<${StaticTable} label="Penalties" columns=${columns(isAdministrator ? forgive : null)} rows=${items} idOf=${(penalty) => `${penalty.source} ${penalty.door}`} />`}
    ${isAdministrator && html`<${Malformed} />`}
  `;
}

// For administrators only: it shows what strangers sent.
function Malformed() {
  const malformed = useLoaded(() => api.get('/malformed'), []);
  const [shown, setShown] = useState(null);
  useEvery(malformed.reload, REFRESH_MILLIS);
  const handshakes = (malformed.value?.items ?? []).map((entry, i) => ({ ...entry, number: i }));
  return html`
    <h2>Malformed handshakes</h2>
    <p class="summary">The last clients that did not speak SOCKS as it is written, without their passwords.</p>
    <${ProblemBox} problem=${malformed.problem} />
    ${handshakes.length === 0
      ? html`<${Empty}>${malformed.value ? 'No handshake was malformed.' : 'Reading …'}<//>`
      : html`<${StaticTable} label="Malformed handshakes" columns=${malformedColumns(setShown)} rows=${handshakes} idOf=${(entry) => entry.number} />`}
    ${shown && html`<pre class="dump" aria-label="Bytes of the handshake" tabindex="0">${dump(shown.octets)}</pre>`}
  `;
}

/** The octets of what the server wrote, "47 45 54 20": two hexadecimal digits each. Pure. */
export function pairs(octets) {
  return octets.match(/[0-9a-f]{2}/gi) ?? [];
}

/** Octets as `pairs` takes them, as lines of 16, with what of them is readable. Pure. */
export function dump(written) {
  const octets = pairs(written);
  const lines = [];
  for (let at = 0; at < octets.length; at += 16) {
    const line = octets.slice(at, at + 16);
    const text = line.map((octet) => readable(parseInt(octet, 16))).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${line.join(' ').padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}

function readable(octet) {
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '·';
}
