// Small parts that pages share: hooks, messages, dialogs.

import { html, useCallback, useEffect, useRef, useState } from './vendor/htm-preact.js';
import { sentence, time } from './format.js';
import { live, subscribe } from './live.js';

/** Renders again after each change of what the server tells. */
export function useLive() {
  const [, setTurn] = useState(0);
  useEffect(() => subscribe(() => setTurn((turn) => turn + 1)), []);
  return live;
}

/** {value, problem, isLoading, reload}: what `load` has given, read again when one of `inputs` changes. */
export function useLoaded(load, inputs) {
  const [state, setState] = useState({ value: null, problem: null, isLoading: true });
  const number = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++number.current;
    setState((before) => ({ ...before, isLoading: true }));
    try {
      const value = await load();
      if (mine === number.current) setState({ value, problem: null, isLoading: false });
    } catch (problem) {
      if (mine === number.current) setState((before) => ({ ...before, problem, isLoading: false }));
    }
  }, inputs);
  useEffect(() => {
    reload();
    return () => void number.current++;
  }, [reload]);
  return { ...state, reload };
}

/** Runs `action` every so many milliseconds while the page is looked at. */
export function useEvery(action, milliseconds) {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && action(), milliseconds);
    return () => clearInterval(timer);
  }, [action, milliseconds]);
}

/** What went wrong, and what to do. */
export function ProblemBox({ problem }) {
  if (!problem) return null;
  return html`<div class="problem" role="alert">
    <strong>${sentence(problem.message)}</strong>
    ${problem.errors?.map((error) => html`<div>${error.field}: ${error.detail}</div>`)} ${problem.advice && html`<div>${sentence(problem.advice)}</div>`}
  </div>`;
}

/** What a page shows where there is nothing to show. */
export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

export function Field({ label, hint, children }) {
  return html`<label class="field"><span>${label}</span>${children}${hint && html`<small>${hint}</small>`}</label>`;
}

/** An instant in a table; on a narrow screen the day is left out. */
export function When({ at }) {
  const [day, hour] = time(at).split(' ');
  return hour ? html`<span class="date">${day} </span>${hour}` : day;
}

// Messages: what was done is said once, to eyes and to screen readers.

let showMessage = () => {};

/** Says what has happened, for some seconds. */
export function say(text) {
  showMessage(text);
}

export function Messages() {
  const [text, setText] = useState('');
  const timer = useRef(0);
  showMessage = (said) => {
    clearTimeout(timer.current);
    setText(said);
    timer.current = setTimeout(() => setText(''), 8000);
  };
  return html`<div class=${`message ${text ? 'shown' : ''}`} role="status" aria-live="polite">${text}</div>`;
}

// Dialogs. The browser's own <dialog> keeps the keyboard inside, closes on Escape, and gives the focus back.

/** A modal dialog that is open as long as it is rendered. */
export function Dialog({ title, onClose, children, isWide }) {
  const element = useRef(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`<dialog ref=${element} class=${isWide ? 'wide' : ''} aria-labelledby="dialog-title" onCancel=${cancel}>
    <header>
      <h2 id="dialog-title">${title}</h2>
      <button type="button" class="quiet" aria-label="Close" onClick=${onClose}>✕</button>
    </header>
    ${children}
  </dialog>`;
}

let showQuestion = () => {};

/**
 * Asks before something is done, does it, and stays open with the reason if it fails.
 * @param question {title, body, action (the button's word), isDangerous, isWide, run (async; what it returns is said)}
 */
export function ask(question) {
  showQuestion(question);
}

export function Questions() {
  const [question, setQuestion] = useState(null);
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  showQuestion = (asked) => {
    setProblem(null);
    setBusy(false);
    setQuestion(asked);
  };
  if (!question) return null;
  const run = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const done = await question.run(new FormData(event.currentTarget));
      setQuestion(null);
      if (done) say(done);
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
  };
  return html`<${Dialog} title=${question.title} isWide=${question.isWide} onClose=${() => setQuestion(null)}>
    <form onSubmit=${run}>
      <div class="body">${question.body}</div>
      <${ProblemBox} problem=${problem} />
      <footer>
        <button type="button" onClick=${() => setQuestion(null)}>Cancel</button>
        <button type="submit" class=${question.isDangerous ? 'danger' : 'primary'} disabled=${isBusy}>${question.action}</button>
      </footer>
    </form>
  <//>`;
}
