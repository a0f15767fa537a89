import { html, useState } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { counted } from '../format.js';
import { StaticTable } from '../table.js';
import { Empty, ProblemBox, When, ask, useEvery, useLoaded } from '../ui.js';

const REFRESH_MILLIS = 5000;

const columns = (onForgive) => [
  { id: 'source', title: 'Source', cell: (penalty) => penalty.source },
  { id: 'door', title: 'Where', width: '7em', rank: 2, cell: (penalty) => penalty.door },
  { id: 'state', title: 'State', width: '8em', cell: (penalty) => html`<span class=${penalty.state === 'refused' ? 'no' : ''}>${penalty.state}</span>` },
  { id: 'score', title: 'Seconds', width: '6em', kind: 'number', rank: 2, cell: (penalty) => penalty.score ?? '–' },
  { id: 'until', title: 'Until', width: '12.5em', cell: (penalty) => html`<${When} at=${penalty.until} />` },
  { id: 'reason', title: 'Why', rank: 2, cell: (penalty) => penalty.reason ?? '–' },
  ...(onForgive ? [{ id: 'forgive', title: 'Change', width: '7em', cell: (penalty) => html`<button type="button" class="small" onClick=${() => onForgive(penalty)}>Forgive…</button>` }] : []),
];

const MALFORMED = (onShow) => [
  { id: 'at', title: 'When', width: '12.5em', cell: (entry) => html`<${When} at=${entry.at} />` },
  { id: 'client', title: 'Client', width: '14em', cell: (entry) => entry.client },
  { id: 'reason', title: 'What was wrong', cell: (entry) => entry.reason },
  { id: 'octets', title: 'Bytes', width: '12em', rank: 2, cell: (entry) => html`<button type="button" class="small quiet" onClick=${() => onShow(entry)}>${entry.octets.length / 2} bytes…</button>` },
];

/** Who has failed too often, and what did not look like SOCKS. */
export function Penalties({ isAdministrator }) {
  const penalties = useLoaded(() => api.get('/penalties', { limit: 1000 }), []);
  const malformed = useLoaded(() => api.get('/malformed'), []);
  const [shown, setShown] = useState(null);
  useEvery(penalties.reload, REFRESH_MILLIS);
  useEvery(malformed.reload, REFRESH_MILLIS);
  const items = penalties.value?.items ?? [];
  const handshakes = (malformed.value?.items ?? []).map((entry, i) => ({ ...entry, number: i }));
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
    <p class="summary">An address that keeps failing to log in waits longer and longer, then is refused for a while. ${items.length > 0 && counted(items.length, 'address is', 'addresses are') + ' penalised.'}</p>
    <${ProblemBox} problem=${penalties.problem} />
    ${items.length === 0
      ? html`<${Empty}>${penalties.value ? 'No address is penalised.' : 'Reading the penalties …'}<//>`
      : html`<${StaticTable} label="Penalties" columns=${columns(isAdministrator ? forgive : null)} rows=${items} idOf=${(penalty) => `${penalty.source} ${penalty.door}`} />`}
    <h2>Malformed handshakes</h2>
    <p class="summary">The last clients that did not speak SOCKS as it is written, without their passwords.</p>
    <${ProblemBox} problem=${malformed.problem} />
    ${handshakes.length === 0
      ? html`<${Empty}>${malformed.value ? 'No handshake was malformed.' : 'Reading …'}<//>`
      : html`<${StaticTable} label="Malformed handshakes" columns=${MALFORMED(setShown)} rows=${handshakes} idOf=${(entry) => entry.number} />`}
    ${shown && html`<pre class="dump" aria-label="Bytes of the handshake" tabindex="0">${dump(shown.octets)}</pre>`}
  `;
}

/** Hexadecimal digits as lines of 16 octets, with what of them is readable. Pure. */
export function dump(digits) {
  const octets = digits.match(/../g) ?? [];
  const lines = [];
  for (let at = 0; at < octets.length; at += 16) {
    const line = octets.slice(at, at + 16);
    const text = line.map((octet) => (octet >= '20' && octet < '7f' ? String.fromCharCode(parseInt(octet, 16)) : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${line.join(' ').padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}
