// The HTTP API. Everything that the server says comes as JSON; what it refuses comes as a Problem.

const BASE = '/api/v1';
const PAGE = 1000; // items a request, the most that the server gives
const KILL_AT_ONCE = 1000;

let csrf = null;
let whenLoggedOut = () => {};

/** Called when an answer says that nobody is logged in. */
export function onLoggedOut(action) {
  whenLoggedOut = action;
}

/** A request that was refused or failed: `message` is what happened, `advice` what to do. */
export class Problem extends Error {
  constructor(status, title, detail, advice, errors) {
    super(detail || title);
    this.status = status;
    this.advice = advice ?? null;
    this.errors = errors ?? [];
  }
}

/** A request to the API; the answer's JSON, or null if it has none. */
export async function ask(method, path, body, { query } = {}) {
  const headers = { Accept: 'application/json', 'X-Requested-With': 'argyle' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrf !== null) headers['X-Argyle-CSRF'] = csrf;
  const url = (path.startsWith('/api/') ? path : BASE + path) + asText(query);
  let answer;
  try {
    answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store' });
  } catch {
    throw new Problem(0, 'No answer', 'The server does not answer.', 'Is it running? The page tries again by itself.');
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await readProblem(answer);
  if (problem.status === 401 && path !== '/session') whenLoggedOut();
  throw problem;
}

function asText(query) {
  const known = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return known.length === 0 ? '' : `?${new URLSearchParams(known)}`;
}

async function readProblem(answer) {
  try {
    const { title, detail, advice, errors } = await answer.json();
    return new Problem(answer.status, title, detail, advice, errors);
  } catch {
    return new Problem(answer.status, `The server answers ${answer.status}`, null, null, []);
  }
}

export const get = (path, query) => ask('GET', path, undefined, { query });
export const post = (path, body) => ask('POST', path, body);
export const patch = (path, body) => ask('PATCH', path, body);
export const remove = (path) => ask('DELETE', path);

/** Every item of a list, page after page, and no more than `most`: {items, isComplete}. */
export async function all(path, query, most) {
  const items = [];
  let cursor;
  do {
    const page = await get(path, { ...query, limit: Math.min(PAGE, most - items.length), cursor });
    for (const item of page.items) items.push(item);
    cursor = page.next;
  } while (cursor && items.length < most);
  return { items, isComplete: !cursor };
}

// The session

/** Who is logged in: {name, role}, or null. */
export async function session() {
  try {
    return remember(await get('/session'));
  } catch (problem) {
    if (problem.status === 401) return null;
    throw problem;
  }
}

export async function logIn(name, password) {
  return remember(await post('/session', { name, password }));
}

export async function logOut() {
  await remove('/session');
  csrf = null;
}

function remember(answer) {
  csrf = answer.csrf;
  return { name: answer.name, role: answer.role };
}

// Users and connections

const ENCODER = new TextEncoder();

/** The path of a user whose name is written as logs write it: `\xNN` is the octet NN. */
export function userPath(name) {
  let path = '';
  for (const part of name.split(/(\\x[0-9A-Fa-f]{2})/)) {
    path += /^\\x[0-9A-Fa-f]{2}$/.test(part) ? `%${part.slice(2)}` : percent(part);
  }
  return `/users/${path}`;
}

function percent(text) {
  return Array.from(ENCODER.encode(text), (octet) =>
    /[A-Za-z0-9_-]/.test(String.fromCharCode(octet)) ? String.fromCharCode(octet) : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** Where a user of the API is: its own `href`, or made from its name. */
export function pathOf(user) {
  return user.href && user.href.startsWith('/') ? user.href : userPath(user.name);
}

/** Ends these connections; returns how many were still open. */
export async function kill(ids) {
  let killed = 0;
  for (let from = 0; from < ids.length; from += KILL_AT_ONCE) {
    killed += (await post('/connections/kill', { ids: ids.slice(from, from + KILL_AT_ONCE) })).killed;
  }
  return killed;
}
