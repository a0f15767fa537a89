// What a change of users will end: it is said before.

import { html } from '../vendor/htm-preact.js';
import * as api from '../api.js';
import { counted, hostPort, number, octets } from '../format.js';

const LISTED = 5;
const MOST_READ = 1000;

/** Some of the connections that a change will end. */
export function Sample({ connections }) {
  return html`<ul class="sample">
    ${connections.slice(0, LISTED).map(
      (row) => html`<li key=${row.id}>${row.user ?? 'no name'} → ${hostPort(row.destination, row.destinationPort)}, ${octets(row.octetsUp + row.octetsDown)}</li>`,
    )}
    ${connections.length > LISTED && html`<li>and ${number(connections.length - LISTED)} more</li>`}
  </ul>`;
}

/**
 * What is open of users just now: {items, count, isComplete}, with the connections themselves if it is one user.
 * @param users [{name, connections}]; connections may be missing if it is one user
 */
export async function openOf(users) {
  if (users.length > 1) return { items: [], count: users.reduce((sum, user) => sum + user.connections, 0), isComplete: true };
  const [{ name, connections = 0 }] = users;
  const { items, isComplete } = await api.all('/connections', { user: name }, MOST_READ).catch(() => ({ items: [], isComplete: false }));
  return { items, count: isComplete ? items.length : Math.max(items.length, connections), isComplete };
}

/** A sentence about what a change ends. Pure. */
export function ends({ count, isComplete }) {
  if (count === 0) return isComplete ? 'No connection is open that this would end.' : 'Open connections end with it.';
  return `This ends ${counted(count, 'open connection')}${isComplete ? '' : ' or more'}:`;
}
