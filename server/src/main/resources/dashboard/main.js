// Starts the page: who is logged in, which page the address names, and what stands around it.

import { html, render, useEffect, useLayoutEffect, useRef, useState } from './vendor/htm-preact.js';
import * as api from './api.js';
import { clock } from './format.js';
import { KeysHelp, listenToKeys, useKeys } from './keys.js';
import { forgetSamples, keepSamples, live, start, stop } from './live.js';
import { go, readPlace, writePlace } from './place.js';
import { Messages, Questions, say, useLive } from './ui.js';
import { Changes } from './pages/changes.js';
import { Connections } from './pages/connections.js';
import { History } from './pages/history.js';
import { Login } from './pages/login.js';
import { Overview } from './pages/overview.js';
import { Penalties } from './pages/penalties.js';
import { Rules } from './pages/rules.js';
import { Settings } from './pages/settings.js';
import { Users } from './pages/users.js';

const PAGES = {
  overview: ['Overview', Overview],
  connections: ['Connections', Connections],
  users: ['Users', Users],
  rules: ['Rules', Rules],
  history: ['History', History],
  changes: ['Changes', Changes],
  penalties: ['Penalties', Penalties],
  settings: ['Settings', Settings],
};

function App() {
  const [session, setSession] = useState(undefined); // undefined: not known yet; null: nobody
  const [problem, setProblem] = useState(null);
  const [why, setWhy] = useState('');

  const loggedOut = () => {
    stop();
    setWhy('Your session has ended. Log in again.');
    setSession(null);
  };
  const enter = (entered) => {
    setSession(entered);
    setWhy('');
    start(loggedOut);
  };
  const find = async () => {
    try {
      const found = await api.session();
      setProblem(null);
      if (found) enter(found);
      else setSession(null);
    } catch (failure) {
      setProblem(failure);
      setTimeout(find, 2000);
    }
  };
  useEffect(() => {
    api.onLoggedOut(loggedOut);
    find();
  }, []);
  const leave = async () => {
    stop();
    try {
      await api.logOut();
    } catch (failure) {
      if (failure.status !== 401) return say(failure.message);
    }
    forgetSamples();
    setWhy('');
    setSession(null);
  };

  if (session === undefined) return html`<main class="login"><p role="status">${problem ? problem.message : 'Argyle …'}</p></main>`;
  if (session === null) return html`<${Login} why=${why} onEnter=${enter} />`;
  return html`<${Frame} session=${session} onLeave=${leave} onRefused=${loggedOut} />`;
}

function usePlace() {
  const [place, setPlace] = useState(() => readPlace(location.hash));
  useEffect(() => {
    const moved = () => setPlace(readPlace(location.hash));
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}

function Frame({ session, onLeave, onRefused }) {
  const place = usePlace();
  const [isHelp, setHelp] = useState(false);
  const name = Object.hasOwn(PAGES, place.page) ? place.page : 'overview';
  const [title, Page] = PAGES[name];
  useKeys({
    '?': ['this list', () => setHelp(true)],
    ...Object.fromEntries(Object.entries(PAGES).map(([page, [word]], i) => [String(i + 1), [word, () => go(page)]])),
  });
  const nav = useRef(null);
  useEffect(() => {
    document.title = `${title} – Argyle`;
    nav.current.querySelector('[aria-current]').scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [title]);

  return html`<div class="frame">
    <a class="skip" href="#content" onClick=${skip}>To the content</a>
    <header class="top">
      <strong class="brand">Argyle</strong>
      <${State} />
      <span class="who">${session.name}${session.role === 'viewer' ? ' (viewer)' : ''}</span>
      <button type="button" class="quiet" onClick=${() => setHelp(true)} aria-label="Keys" title="Keys (?)">?</button>
      <button type="button" class="quiet" onClick=${onLeave}>Log out</button>
    </header>
    <nav aria-label="Pages" ref=${nav}>
      ${Object.entries(PAGES).map(([page, [word]]) => html`<a href=${writePlace(page)} aria-current=${page === name ? 'page' : undefined}>${word}</a>`)}
    </nav>
    <main id="content" tabindex="-1" class=${`page ${name}`}>
      <${Loss} />
      <${Page} key=${name} query=${place.query} isAdministrator=${session.role === 'administrator'} me=${session.name} onRefused=${onRefused} />
    </main>
    ${isHelp && html`<${KeysHelp} onClose=${() => setHelp(false)} />`}
    <${Questions} />
    <${Messages} />
  </div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById('content').focus();
}

function State() {
  useLive();
  useLayoutEffect(() => {
    document.body.classList.toggle('stale', live.state === 'lost');
  });
  const word = { connecting: 'connecting', lost: 'connection lost', live: 'live' }[live.state];
  const status = live.status;
  const isStopped = live.state === 'live' && status && (!status.running || status.draining);
  return html`<span class=${`state ${live.state} ${isStopped ? 'stopped' : ''}`}>${isStopped ? (status.draining ? 'draining' : 'stopped') : word}</span>`;
}

function Loss() {
  useLive();
  return html`<div role="status">
    ${live.state === 'lost' &&
    html`<div class="loss"><strong>The connection to the server was lost at ${clock(live.lostAt)}.</strong> The figures are as of then. The page tries again by itself.</div>`}
  </div>`;
}

listenToKeys();
addEventListener('pagehide', () => live.samples.size > 0 && keepSamples());
render(html`<${App} />`, document.getElementById('app'));
