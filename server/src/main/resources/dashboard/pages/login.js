import { html, useState } from '../vendor/htm-preact.js';
import { logIn } from '../api.js';
import { Field, ProblemBox } from '../ui.js';

/** The form that everybody sees who is not logged in. */
export function Login({ why, onEnter }) {
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      onEnter(await logIn(form.get('name'), form.get('password')));
    } catch (failure) {
      setProblem(failure);
      setBusy(false);
    }
  };
  return html`<main class="login">
    <form onSubmit=${submit}>
      <h1>Argyle</h1>
      ${why && html`<p role="status">${why}</p>`}
      <${Field} label="Name"><input name="name" autocomplete="username" required autofocus /><//>
      <${Field} label="Password"><input name="password" type="password" autocomplete="current-password" required /><//>
      <${ProblemBox} problem=${problem} />
      <button type="submit" class="primary" disabled=${isBusy}>Log in</button>
      <p class="hint">For administrators and viewers. The first password is in <code>admin.secret</code> of the data directory.</p>
    </form>
  </main>`;
}
