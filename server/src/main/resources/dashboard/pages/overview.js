import { html, useCallback, useMemo } from '../vendor/htm-preact.js';
import { all } from '../api.js';
import { countedOf, micros, number, octets, rate, sentence, time } from '../format.js';
import { serverNow } from '../live.js';
import { writePlace } from '../place.js';
import { Plot } from '../plot.js';
import { explained, inHistory } from '../reasons.js';
import { read } from '../ring.js';
import { Empty, useEvery, useLive, useLoaded } from '../ui.js';
import { term } from '../filter.js';
import { upFor, warningsOf } from '../warnings.js';

const REFRESH_MILLIS = 10000;
const COUNTED_PENALTIES = 100;

/** The first page: how the server is, at a glance. */
export function Overview() {
  const live = useLive();
  const { status, totals, rates } = live;
  const penalties = useLoaded(() => all('/penalties', {}, COUNTED_PENALTIES), []);
  useEvery(useCallback(penalties.reload, []), REFRESH_MILLIS);
  return html`
    <h1>Overview</h1>
    <p class="about">
      ${status
        ? html`Argyle ${status.version}, up for <b>${upFor(status, serverNow())}</b> since ${time(status.startedAt)}. SOCKS on
            ${' '}${status.listeners.socks?.join(', ') || 'no address'}.`
        : 'Argyle …'}
    </p>
    <${Warnings} list=${warningsOf(status, totals)} />
    <section class="tiles" aria-label="Now">
      <${Tile} label="Open connections" value=${number(totals?.open)} note=${totals && `most ${number(totals.mostOpen)}, ${number(totals.connections)} in all`} href=${writePlace('connections')} />
      <${Tile} label="Users online" value=${number(totals?.usersConnected)} note=${totals && `of ${number(totals.users)}`} href=${writePlace('users', { filter: 'online' })} />
      <${Tile} label="Up" value=${rates ? rateOf(rates.octetsUp) : '–'} note=${totals && `${octets(totals.octetsUp)} in all`} />
      <${Tile} label="Down" value=${rates ? rateOf(rates.octetsDown) : '–'} note=${totals && `${octets(totals.octetsDown)} in all`} />
      <${Tile} label="Loop lag, p99" value=${micros(totals?.loopLagP99Micros)} note=${totals && `most ${micros(totals.loopLagMaxMicros)}`} />
      <${Tile} label="Descriptors" value=${number(totals?.descriptors)} note=${totals?.descriptorLimit && `of ${number(totals.descriptorLimit)}`} />
      <${Tile} label="Heap" value=${octets(totals?.heap)} note=${totals && `of ${octets(totals.heapLimit)}`} />
    </section>
    <${Plots} live=${live} />
    <div class="thirds">
      <${Movers} users=${live.topUsers} />
      <${Refusals} totals=${totals} />
      <${Penalised} list=${penalties.value} />
    </div>`;
}

function rateOf(perSecond) {
  return `${octets(perSecond)}/s`;
}

function Tile({ label, value, note, href }) {
  return html`<div class="tile figure">
    <div class="label">${href ? html`<a href=${href}>${label}</a>` : label}</div>
    <div class="value">${value}</div>
    <div class="note">${note || '\u00a0'}</div>
  </div>`;
}

function Warnings({ list }) {
  return html`<div role="status" aria-live="polite">
    ${list.map(
      ({ code, title, detail, advice }) => html`<div class="warning" key=${code}><strong>${sentence(title)}</strong> ${sentence(detail)} <em>${sentence(advice)}</em></div>`,
    )}
  </div>`;
}

const TRAFFIC = [
  { label: 'down', colour: '--plot-1', isFilled: true },
  { label: 'up', colour: '--plot-2' },
];
const OPEN = [{ label: 'open', colour: '--plot-1', isFilled: true }];

function Plots({ live }) {
  const traffic = useMemo(() => read(live.samples, ['down', 'up']), [live.at]);
  const open = useMemo(() => read(live.samples, ['open']), [live.at]);
  return html`<div class="halves">
    <section>
      <h2>Bytes per second <span class="legend"><i class="one"></i> down <i class="two"></i> up</span></h2>
      <${Plot} data=${traffic} series=${TRAFFIC} format=${octets} least=${1000} label=${`Bytes per second in the last ten minutes; now ${octets(live.rates?.octetsDown)} down and ${octets(live.rates?.octetsUp)} up`} />
    </section>
    <section>
      <h2>Open connections</h2>
      <${Plot} data=${open} series=${OPEN} format=${number} least=${5} label=${`Open connections in the last ten minutes; now ${number(live.totals?.open)}`} />
    </section>
  </div>`;
}

function Movers({ users }) {
  const moving = users.filter(({ octetsPerSecond }) => octetsPerSecond >= 1);
  const most = Math.max(1, ...moving.map(({ octetsPerSecond }) => octetsPerSecond));
  return html`<section>
    <h2>Who moves most</h2>
    ${moving.length === 0
      ? html`<${Empty}>Nobody moves anything just now.<//>`
      : html`<table class="plain figure">
          <thead class="unseen"><tr><th>User</th><th>Share</th><th>Bytes per second</th></tr></thead>
          <tbody>
            ${moving.map(
              ({ user, octetsPerSecond }) => html`<tr key=${user}>
                <td class="text"><a href=${writePlace('connections', { filter: term('user', user ?? '-') })}>${user ?? 'no name'}</a></td>
                <td class="bar"><span style=${{ width: `${(100 * octetsPerSecond) / most}%` }}></span></td>
                <td class="number">${rate(octetsPerSecond)}</td>
              </tr>`,
            )}
          </tbody>
        </table>`}
  </section>`;
}

function Refusals({ totals }) {
  const reasons = Object.entries(totals?.refusedBy ?? {})
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1]);
  return html`<section>
    <h2>Refused since the start</h2>
    ${reasons.length === 0
      ? html`<${Empty}>Nothing was refused.<//>`
      : html`<table class="plain figure">
          <thead class="unseen"><tr><th>Reason</th><th>How often</th></tr></thead>
          <tbody>
            ${reasons.map(([word, count]) => {
              const { means, advice } = explained(word);
              return html`<tr key=${word}>
                <td class="text">${inHistory(word) ? html`<a href=${writePlace('history', { filter: term('reason', inHistory(word)) })}>${word}</a>` : word}<div class="note">${means} ${advice}</div></td>
                <td class="number">${number(count)}</td>
              </tr>`;
            })}
          </tbody>
        </table>`}
  </section>`;
}

const SHOWN_PENALTIES = 6;

function Penalised({ list }) {
  const items = list?.items ?? [];
  return html`<section>
    <h2>Penalties</h2>
    ${items.length === 0
      ? html`<${Empty}>No address is penalised.<//>`
      : html`<table class="plain figure">
            <thead class="unseen"><tr><th>Source</th><th>State</th></tr></thead>
            <tbody>
              ${items.slice(0, SHOWN_PENALTIES).map(
                ({ source, door, state }) => html`<tr key=${`${source} ${door}`}><td class="text">${source}</td><td>${state}</td></tr>`,
              )}
            </tbody>
          </table>
          <p><a href=${writePlace('penalties')}>${countedOf(list, 'address', 'addresses')}</a></p>`}
  </section>`;
}
