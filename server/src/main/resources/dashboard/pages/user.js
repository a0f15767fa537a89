// One user, and what can be done with one or several.

import { html, useRef, useState } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { term } from '../filter.js';
import { counted, number, octets, time } from '../format.js';
import { LIMITS, changeOf, limitsOf, quotaOf } from '../limits.js';
import { writePlace } from '../place.js';
import { Dialog, Field, ProblemBox, ask, say, useLoaded } from '../ui.js';
import { role } from '../userlist.js';
import { Sample, ends, openOf } from './ending.js';

const SHOWN_DAYS = 14;

export function UserDialog({ user, isAdministrator, onClose, onDone }) {
  const [problem, setProblem] = useState(null);
  const days = useLoaded(() => api.get('/usage', { user: user.name, limit: SHOWN_DAYS }).catch(() => ({ items: [] })), [user.name]);
  const change = async (body, said) => {
    try {
      await api.patch(api.pathOf(user), body);
      setProblem(null);
      say(said);
      onDone();
    } catch (failure) {
      setProblem(failure);
    }
  };
  const then = (question) => () => {
    onClose();
    question();
  };
  return html`<${Dialog} title=${user.name} onClose=${onClose} isWide>
    <div class="body">
      <dl class="facts figure">
        <dt>State</dt><dd>${user.enabled ? 'enabled' : 'disabled'}${user.temporary ? ', for this run of the server only' : ''}</dd>
        <dt>Role</dt><dd>${role(user)}</dd>
        <dt>Online</dt><dd>${user.connections > 0 ? html`<a href=${writePlace('connections', { filter: term('user', user.name) })}>${counted(user.connections, 'open connection')}</a>` : 'no open connection'}</dd>
        <dt>Last seen</dt><dd>${user.connections > 0 ? 'now' : user.lastSeen ? time(user.lastSeen) : 'never'}${user.lastAddress ? `, from ${user.lastAddress}` : ''}</dd>
        ${user.usage && html`<dt>Today</dt><dd>${used(user.usage.today)}</dd><dt>This month</dt><dd>${used(user.usage.month)}</dd><dt>In all</dt><dd>${used(user.usage.total)}</dd>
          <dt>In this period</dt><dd>${ofPeriod(user.usage.period)}</dd>`}
        <${Quota} quota=${quotaOf(user)} />
        <dt>Ended</dt><dd><a href=${writePlace('history', { filter: term('user', user.name) })}>connections in the history</a></dd>
      </dl>
      <${Limits} user=${user} />
      <${Days} items=${days.value?.items} />
      <${ProblemBox} problem=${problem} />
    </div>
    ${isAdministrator &&
    html`<footer>
      ${user.temporary || html`<${Changes} user=${user} change=${change} then=${then} onDone=${onDone} />`}
      <button type="button" class="danger" onClick=${then(() => askRemove([user], onDone))}>Remove…</button>
    </footer>`}
  <//>`;
}

// A user of one run of the server has none: it can be removed alone.
function Changes({ user, change, then, onDone }) {
  return html`
    <button type="button" onClick=${then(() => askPassword(user))}>Password…</button>
    <button type="button" onClick=${then(() => askRename(user, onDone))}>Rename…</button>
    <button type="button" onClick=${then(() => askLimits(user, onDone))}>Limits…</button>
    <button type="button" onClick=${() => change({ admin: !user.admin }, `${user.name} is ${user.admin ? 'no longer an administrator' : 'an administrator'}.`)}>${user.admin ? 'No administrator' : 'Administrator'}</button>
    <button type="button" onClick=${() => change({ viewer: !user.viewer }, `${user.name} is ${user.viewer ? 'no longer a viewer' : 'a viewer'}.`)}>${user.viewer ? 'No viewer' : 'Viewer'}</button>
    ${user.effective?.['quota.octets'] && html`<button type="button" onClick=${() => change({ usage: 'reset' }, `The quota of ${user.name} begins anew.`)}>Reset usage</button>`}
    ${user.enabled
      ? html`<button type="button" class="danger" onClick=${then(() => askDisable([user], onDone))}>Disable…</button>`
      : html`<button type="button" onClick=${() => change({ enabled: true }, `${user.name} is enabled.`)}>Enable</button>`}
  `;
}

function Quota({ quota }) {
  if (!quota) return null;
  const { used: spent, limit, isSpent } = quota;
  return html`<dt>Quota used</dt><dd class=${isSpent ? 'no' : ''}>${octets(spent)} of ${octets(limit)}, ${Math.floor((100 * spent) / limit)} %${isSpent ? ': spent' : ''}</dd>`;
}

function Limits({ user }) {
  const list = limitsOf(user);
  if (list.length === 0 && !user.plan) return null;
  return html`<h3>Limits${user.plan ? `: plan ${user.plan}` : ''}</h3>
    ${list.length === 0
      ? html`<p class="note">The plan limits nothing, or the configuration does not have it.</p>`
      : html`<dl class="facts figure">
          ${list.map(({ name, label, value, isOfPlan }) => html`<dt key=${name} title=${name}>${label}</dt><dd>${value}${isOfPlan && user.plan ? html` <small>of the plan</small>` : ''}</dd>`)}
        </dl>`}`;
}

function used(amount) {
  return `${octets(amount.octetsUp)} up, ${octets(amount.octetsDown)} down, ${counted(amount.connections, 'connection')}`;
}

function ofPeriod(period) {
  return `${octets(period.octetsUp)} up, ${octets(period.octetsDown)} down, since ${time(period.since)}`;
}

function Days({ items = [] }) {
  if (items.length === 0) return null;
  return html`<h3>By day</h3>
    <table class="plain figure">
      <thead><tr><th class="text">Day</th><th class="number">Up</th><th class="number">Down</th><th class="number">Count</th></tr></thead>
      <tbody>
        ${items.slice(0, SHOWN_DAYS).map(
          (day) => html`<tr key=${day.day}><td class="text">${day.day}</td><td class="number">${octets(day.octetsUp)}</td><td class="number">${octets(day.octetsDown)}</td><td class="number">${number(day.connections)}</td></tr>`,
        )}
      </tbody>
    </table>`;
}

/** Letters and digits that are not mistaken for each other, 20 of them: more than 100 bits. */
export function randomPassword() {
  const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
  const limit = 256 - (256 % letters.length);
  let password = '';
  while (password.length < 20) {
    for (const octet of crypto.getRandomValues(new Uint8Array(32))) {
      if (octet < limit && password.length < 20) password += letters[octet % letters.length];
    }
  }
  return password;
}

function PasswordField() {
  const input = useRef(null);
  const [isShown, setShown] = useState(false);
  const make = () => {
    input.current.value = randomPassword();
    setShown(true);
  };
  return html`<div class="with-button">
    <${Field} label="Password"><input ref=${input} name="password" type=${isShown ? 'text' : 'password'} autocomplete="new-password" required /><//>
    <button type="button" onClick=${make}>Make one</button>
  </div>`;
}

export function askAdd(done) {
  ask({
    title: 'Add a user',
    body: html`<${Field} label="Name"><input name="name" autocomplete="off" spellcheck=${false} required autofocus /><//>
      <${PasswordField} />
      <label class="check"><input type="checkbox" name="admin" /> Administrator: may change everything</label>
      <label class="check"><input type="checkbox" name="viewer" /> Viewer: may read this dashboard</label>`,
    action: 'Add',
    run: async (form) => {
      const user = { name: form.get('name'), password: form.get('password') };
      if (form.has('admin')) user.admin = true;
      const added = await api.post('/users', user);
      if (form.has('viewer')) await api.patch(api.pathOf(added ?? user), { viewer: true });
      done();
      return `${user.name} is added.`;
    },
  });
}

function askPassword(user) {
  ask({
    title: `New password for ${user.name}`,
    body: html`<p>Open connections that were made with the old password end.</p><${PasswordField} />`,
    action: 'Set password',
    run: async (form) => {
      await api.patch(api.pathOf(user), { password: form.get('password') });
      return `${user.name} has a new password.`;
    },
  });
}

function askRename(user, done) {
  ask({
    title: `Rename ${user.name}`,
    body: html`<${Field} label="New name"><input name="name" defaultValue=${user.name} autocomplete="off" spellcheck=${false} required autofocus /><//>`,
    action: 'Rename',
    run: async (form) => {
      await api.patch(api.pathOf(user), { name: form.get('name') });
      done();
      return `${user.name} is now ${form.get('name')}.`;
    },
  });
}

// A limit that is left empty is the plan's, which stands in the box in grey, or there is none.
function askLimits(user, done) {
  const [own, effective] = [user.limits ?? {}, user.effective ?? {}];
  const box = (name, label, hint, value, fallback) =>
    html`<${Field} key=${name} label=${label} hint=${hint}><input name=${name} defaultValue=${value ?? ''} placeholder=${fallback} autocomplete="off" spellcheck=${false} /><//>`;
  ask({
    title: `Limits of ${user.name}`,
    isWide: true,
    body: html`<p class="note">What is left empty is as the plan has it, or not limited. “none” lifts a limit of the plan. A change holds at once, also for what is open.</p>
      <div class="fields">
        ${box('plan', 'Plan', 'a name of plans in the configuration', user.plan, '')}
        ${Object.entries(LIMITS).map(([name, [label, hint]]) => box(name, label, hint, own[name], name in own ? '' : (effective[name] ?? '')))}
      </div>`,
    action: 'Set',
    run: async (form) => {
      const change = changeOf(user, Object.fromEntries(form));
      if (change === null) return `Nothing is changed for ${user.name}.`;
      await api.patch(api.pathOf(user), change);
      done();
      return `The limits of ${user.name} are set.`;
    },
  });
}

function named(users) {
  return users.length === 1 ? users[0].name : counted(users.length, 'user');
}

export async function askRemove(users, done) {
  const open = await openOf(users);
  ask({
    title: `Remove ${named(users)}?`,
    body: html`<p>The account${users.length > 1 ? 's go' : ' goes'} for good. ${ends(open)}</p>
      <${Sample} connections=${open.items} />
      ${users.length > 1 && html`<${Names} users=${users} />`}`,
    action: users.length === 1 ? 'Remove' : `Remove ${number(users.length)}`,
    isDangerous: true,
    run: () => forEach(users, (user) => api.remove(api.pathOf(user)), 'removed', done),
  });
}

/** Disables users, which ends all of their connections. Of each `name` is needed; of several, `connections` too. */
export async function askDisable(users, done) {
  const open = await openOf(users);
  ask({
    title: `Disable ${named(users)}?`,
    body: html`<p>${named(users)} cannot log in until enabled again. ${ends(open)}</p>
      <${Sample} connections=${open.items} />
      ${users.length > 1 && html`<${Names} users=${users} />`}`,
    action: 'Disable',
    isDangerous: true,
    run: () => forEach(users, (user) => api.patch(api.pathOf(user), { enabled: false }), 'disabled', done),
  });
}

function Names({ users }) {
  const shown = users.slice(0, 10).map(({ name }) => name);
  return html`<p class="note">${shown.join(', ')}${users.length > shown.length ? ` and ${number(users.length - shown.length)} more` : ''}</p>`;
}

/** A change without a question. */
export async function changeAll(users, body, word, done) {
  try {
    say(await forEach(users, (user) => api.patch(api.pathOf(user), body), word, done));
  } catch (failure) {
    say(failure.message);
  }
}

// One after the other, so that the audit log has them in order. The first that fails ends it, and says how far it came.
async function forEach(users, change, word, done) {
  let count = 0;
  try {
    for (const user of users) {
      await change(user);
      count++;
    }
  } catch (failure) {
    const problem = new api.Problem(failure.status, '', `${users[count].name}: ${failure.message}`, failure.advice, failure.errors);
    if (count > 0) problem.message += ` ${counted(count, 'user')} ${count === 1 ? 'was' : 'were'} ${word} before.`;
    throw problem;
  } finally {
    done();
  }
  return users.length === 1 ? `${users[0].name} is ${word}.` : `${counted(count, 'user')} ${word}.`;
}
