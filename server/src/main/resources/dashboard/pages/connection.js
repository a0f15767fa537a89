// One connection: all that is known of it, which rule decided and why, and how to end it.

import { html } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { term } from '../filter.js';
import { counted, duration, hostPort, number, octets, reply, time } from '../format.js';
import { writePlace } from '../place.js';
import { idleSeconds } from '../rows.js';
import { Dialog, ProblemBox, ask, useLive, useLoaded } from '../ui.js';
import { Sample } from './ending.js';
import { Explanation } from './explain.js';
import { askDisable } from './user.js';

/** What /explain is asked for a connection; null if it has no request yet. */
export function questionOf({ user, client, command, destination, destinationPort }) {
  if (command == null || destination == null) return null;
  const word = command === 'UDP ASSOCIATE' ? 'udp' : command.toLowerCase();
  return { user: user ?? '', from: client, command: word, to: hostPort(destination, destinationPort) };
}

export function ConnectionDialog({ connection, isAdministrator, onClose, onFilter }) {
  useLive();
  const question = questionOf(connection);
  const explained = useLoaded(() => (question ? api.get('/explain', question) : null), [connection.id]);
  const ended = connection.ended;
  const filterOn = (field, value) => value != null && onFilter && html`<button type="button" class="quiet small" onClick=${() => onFilter(term(field, value))}>filter</button>`;
  return html`<${Dialog} title=${`Connection ${connection.id}`} onClose=${onClose} isWide>
    <div class="body">
      ${ended && html`<p class="note-line" role="status">It has ended: ${ended.reason}${ended.detail ? ` (${ended.detail})` : ''}.</p>`}
      <dl class="facts figure">
        <dt>User</dt><dd>${connection.user ?? 'no name'} ${filterOn('user', connection.user)}</dd>
        <dt>Client</dt><dd>${hostPort(connection.client, connection.clientPort)} ${filterOn('from', connection.client)}</dd>
        <dt>Request</dt><dd>${connection.command ?? 'none yet'} ${hostPort(connection.destination, connection.destinationPort)} ${filterOn('to', connection.destination)}</dd>
        <dt>Reply</dt><dd>${connection.reply == null ? reply(null) : `${connection.reply}, ${reply(connection.reply)}`}</dd>
        <dt>Rule</dt><dd>${connection.rule ?? '–'}</dd>
        ${connection.outgoing && html`<dt>Leaves by</dt><dd>${connection.outgoing}</dd>`}
        <dt>Bytes</dt><dd>${octets(connection.octetsUp)} up, ${octets(connection.octetsDown)} down</dd>
        <dt>Opened</dt><dd>${time(connection.startedAt)}</dd>
        ${connection.movedAt !== undefined && !ended && html`<dt>Idle</dt><dd>${duration(idleSeconds(connection, Date.now()))}</dd>`}
        ${connection.endedAt && html`<dt>Ended</dt><dd>${time(connection.endedAt)}: ${connection.reason}${connection.detail ? ` (${connection.detail})` : ''}</dd>`}
      </dl>
      <h3>Why it is allowed or not</h3>
      ${question ? html`<${Explanation} answer=${explained.value} /><${ProblemBox} problem=${explained.problem} />` : html`<p>It has made no request.</p>`}
      ${question && html`<p><a href=${writePlace('rules', question)} onClick=${onClose}>Open in Rules</a></p>`}
    </div>
    ${isAdministrator &&
    !ended &&
    !connection.endedAt &&
    html`<footer>
      ${connection.user != null && html`<button type="button" class="danger" onClick=${() => (onClose(), askDisable([{ name: connection.user }], () => {}))}>Disable ${connection.user}…</button>`}
      <button type="button" class="danger" onClick=${() => (onClose(), askKill([connection], null, () => {}))}>End it…</button>
    </footer>`}
  <//>`;
}

/**
 * Asks before connections are ended. What is ended are those that were counted in the question, and no others that have
 * come to match meanwhile.
 */
export function askKill(connections, filterText, done) {
  const count = connections.length;
  const users = new Set(connections.map(({ user }) => user ?? 'no name'));
  ask({
    title: count === 1 ? `End connection ${connections[0].id}?` : `End ${number(count)} connections?`,
    body: html`<p>
        ${count === 1 ? 'It is' : `They are`} closed at once, of ${users.size === 1 ? [...users][0] : counted(users.size, 'user')}.
        ${filterText && html` They match <code>${filterText}</code>.`} Clients may connect again.
      </p>
      <${Sample} connections=${connections} />`,
    action: count === 1 ? 'End it' : `End ${number(count)}`,
    isDangerous: true,
    run: async () => {
      const killed = await api.kill(connections.map(({ id }) => id));
      done();
      return killed === count ? `Ended ${counted(killed, 'connection')}.` : `Ended ${number(killed)} of ${counted(count, 'connection')}: the others were over.`;
    },
  });
}
