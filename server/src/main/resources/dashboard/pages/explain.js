import { html } from '../vendor/htm-preact.js';

/** Which rule decides, and the steps that lead to it. */
export function Explanation({ answer }) {
  if (!answer) return html`<p class="note">…</p>`;
  return html`<div class="explanation">
    <p role="status"><strong class=${answer.allowed ? 'yes' : 'no'}>${answer.allowed ? 'Allowed' : 'Denied'}</strong> by ${answer.rule ?? 'no rule'}</p>
    <ol>${(answer.steps ?? []).map((step) => html`<li>${step}</li>`)}</ol>
  </div>`;
}
