import { html, useState } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { counted, duration, number, time } from '../format.js';
import { live, readStatus } from '../live.js';
import { Empty, ProblemBox, ask, say, useLive, useLoaded } from '../ui.js';

const SETTINGS = {
  idleTimeoutSeconds: { label: 'Idle timeout', key: 'socks.idle-timeout', unit: 's', least: 0, most: 86400, says: (value) => (value === 0 ? 'never' : duration(value)), means: 'A connection where nothing moves for this long is closed; 0 is never. Open ones too.' },
  selectorTimeoutMillis: { label: 'Selector timeout', key: 'socks.selector-timeout', unit: 'ms', least: 10, most: 60000, says: (value) => `${number(value)} ms`, means: 'How late a timeout may be noticed.' },
  bufferSize: { label: 'Buffer size', key: 'socks.buffer-size', unit: 'bytes', least: 4096, most: 1048576, says: (value) => counted(value, 'byte'), means: 'For each direction, of connections opened from now on.' },
  authentication: { label: 'Authentication', key: 'socks.authentication', says: onOff, means: 'Off: clients without a login are admitted, too.' },
  dissectors: { label: 'Dissectors', key: 'dissectors.enabled', says: onOff, means: 'Look for clear-text logins, in connections opened from now on.' },
};

function onOff(value) {
  return value ? 'on' : 'off';
}

/** What can be changed while the server runs, and the server as a whole. */
export function Settings({ isAdministrator }) {
  useLive();
  const settings = useLoaded(() => api.get('/settings'), []);
  return html`
    <h1>Settings</h1>
    <${Server} isAdministrator=${isAdministrator} onDone=${settings.reload} />
    <h2>Settings of the running server</h2>
    <p class="summary">A change is valid until a reset or a restart. To keep it, write it into the configuration file.</p>
    <${ProblemBox} problem=${settings.problem} />
    ${settings.value
      ? html`<table class="plain settings figure">
          <thead><tr><th class="text">Setting</th><th class="text">Now</th><th class="text">In the file</th>${isAdministrator && html`<th class="text">Change</th>`}</tr></thead>
          <tbody>
            ${Object.entries(SETTINGS).map(
              ([name, setting]) => html`<${Setting} key=${name} name=${name} setting=${setting} answer=${settings.value[name]} isAdministrator=${isAdministrator} onDone=${settings.reload} />`,
            )}
          </tbody>
        </table>`
      : html`<${Empty}>Reading the settings …<//>`}
  `;
}

function Setting({ name, setting, answer, isAdministrator, onDone }) {
  const [problem, setProblem] = useState(null);
  if (!answer) return null;
  const { value, configured } = answer;
  const set = async (wanted) => {
    try {
      await api.patch('/settings', { [name]: wanted });
      setProblem(null);
      say(`${setting.label} is ${setting.says(wanted)}.`);
      onDone();
    } catch (failure) {
      setProblem(failure);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    set(Number(new FormData(event.currentTarget).get('value')));
  };
  const isOther = configured != null && configured !== value;
  return html`<tr>
    <td class="text"><strong>${setting.label}</strong> <code>${setting.key}</code><div class="note">${setting.means}</div></td>
    <td class=${`text ${isOther ? 'other' : ''}`} data-label="now">${setting.says(value)}</td>
    <td class="text" data-label="in the file">${configured == null ? '–' : setting.says(configured)}${isOther ? html`<div class="note">differs</div>` : ''}</td>
    ${isAdministrator &&
    html`<td class="text">
      ${typeof value === 'boolean'
        ? html`<button type="button" onClick=${() => set(!value)}>Switch ${onOff(!value)}</button>`
        : html`<form class="inline" key=${value} onSubmit=${submit}>
            <input name="value" type="number" min=${setting.least} max=${setting.most} defaultValue=${value} required aria-label=${`${setting.label}, ${setting.unit}`} /> ${setting.unit} <button type="submit">Set</button>
          </form>`}
      <${ProblemBox} problem=${problem} />
    </td>`}
  </tr>`;
}

// In a question that stands open, too, the number is that of now.

function Open() {
  return counted(useLive().totals?.open ?? 0, 'open connection');
}

function Closes() {
  return useLive().totals?.open ? html`It closes <${Open} />.` : 'No connection is open.';
}

function Server({ isAdministrator, onDone }) {
  const { status } = live;
  if (!status) return html`<${Empty}>Reading the state of the server …<//>`;
  const act = (word, title, means, isDangerous) =>
    ask({
      title,
      body: html`<p>${means}</p>`,
      action: word,
      isDangerous,
      run: async () => {
        await api.post(`/server/${word.toLowerCase()}`);
        await readStatus();
        onDone();
        return `${word}: done.`;
      },
    });
  return html`<section class="stack">
    <p class="about">
      Argyle ${status.version} is <b>${status.draining ? 'draining' : status.running ? 'running' : 'stopped'}</b>, since ${time(status.startedAt)}.
    </p>
    <dl class="facts figure">
      ${Object.entries(status.listeners).map(([name, address]) => html`<dt>${LISTENERS[name] ?? name}</dt><dd>${Array.isArray(address) ? address.join(', ') || 'not open' : (address ?? 'not open')}</dd>`)}
      ${status.data && html`<dt>Data</dt><dd>${status.data}</dd>`}
    </dl>
    ${isAdministrator &&
    html`<div class="bar">
      <button type="button" disabled=${status.running && !status.draining} onClick=${() => act('Start', 'Start the SOCKS side?', 'It listens again on the addresses that it had.', false)}>Start…</button>
      <button type="button" class="danger" disabled=${!status.running} onClick=${() => act('Stop', 'Stop the SOCKS side?', html`<${Closes} /> No client can connect until it is started again. This dashboard stays.`, true)}>Stop…</button>
      <button type="button" class="danger" onClick=${() => act('Reset', 'Reset the SOCKS side?', html`It reads the configuration again and listens anew. <${Closes} /> If the file has a mistake, nothing changes.`, true)}>Reset…</button>
      <button type="button" class="danger" onClick=${() => act('Drain', 'Drain the SOCKS side?', html`It takes no new clients, and lets the <${Open} /> finish. Start listens again; Stop closes the rest.`, true)}>Drain…</button>
    </div>`}
  </section>`;
}

const LISTENERS = { socks: 'SOCKS', mass: 'MASS', feed: 'FEED', feedTcp: 'FEED on TCP', bottler: 'Bottler', http: 'HTTP' };
