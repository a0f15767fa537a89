// Shortcuts of one key. A page says which it has while it is shown; "?" lists them. They can be switched off, for those
// who speak to their computer or hit keys by chance (WCAG 2.1.4).

import { html, useLayoutEffect, useState } from './vendor/htm-preact.js';
import { Dialog } from './ui.js';

const SWITCH = 'argyle-single-keys';
const registered = new Set();

export function areOn() {
  return localStorage.getItem(SWITCH) !== 'off';
}

/** Shortcuts while the component is shown: {key: [meaning, action]}. */
export function useKeys(shortcuts) {
  const [held] = useState(() => ({ shortcuts }));
  held.shortcuts = shortcuts;
  useLayoutEffect(() => { // before it is painted: a key works from when its page is seen
    registered.add(held);
    return () => registered.delete(held);
  }, []);
}

function find(key) {
  for (const { shortcuts } of [...registered].reverse()) if (shortcuts[key]) return shortcuts[key][1];
  return null;
}

/** Whether a key belongs to what has the focus, such as a letter in a text field. */
export function isTyping(target) {
  return target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable]') != null;
}

export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector('dialog[open]') || isTyping(event.target) || !areOn()) return;
    const action = find(event.key);
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

const IN_TABLES = [
  ['↑ ↓ PgUp PgDn Home End', 'move between rows'],
  ['Space', 'select the row'],
  ['Shift + ↑ ↓', 'select as you go'],
  ['Ctrl + A', 'select every row'],
  ['Enter', 'open the row'],
  ['Escape', 'clear the selection'],
];

/** What "?" shows. */
export function KeysHelp({ onClose }) {
  const [on, setOn] = useState(areOn());
  const list = [...registered].flatMap(({ shortcuts }) => Object.entries(shortcuts).map(([key, [meaning]]) => [key, meaning]));
  const toggle = (event) => {
    localStorage.setItem(SWITCH, event.currentTarget.checked ? 'on' : 'off');
    setOn(areOn());
  };
  return html`<${Dialog} title="Keys" onClose=${onClose} isWide>
    <div class="body columns">
      <${KeyList} title="Here" list=${list} />
      <${KeyList} title="In tables" list=${IN_TABLES} />
    </div>
    <footer>
      <label class="check"><input type="checkbox" checked=${on} onChange=${toggle} /> Shortcuts of one key</label>
    </footer>
  <//>`;
}

function KeyList({ title, list }) {
  return html`<section>
    <h3>${title}</h3>
    <dl class="keys">${list.map(([key, meaning]) => html`<dt><kbd>${key}</kbd></dt><dd>${meaning}</dd>`)}</dl>
  </section>`;
}
