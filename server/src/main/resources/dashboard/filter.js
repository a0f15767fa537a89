// The filter box: `user:ana to:*.example port:443 rule:3 >1MB idle>10m`. Pure functions.
//
// A filter is a list of terms, all of which must hold. A bare word is looked for in user, client and destination. A
// minus in front turns a term round. The same text filters rows here and becomes a query of the HTTP API.

import { hostPort } from './format.js';

const STEPS = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const LONGEST_SECONDS = 365 * 86400;
const SECONDS = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600, d: 86400 };

/** Words that a term may begin with, what they look at, and an example: for the parser and for the help text. */
export const FIELDS = {
  user: { example: 'user:ana', means: 'the user; user:- is nobody' },
  from: { example: 'from:192.0.2.0/24', means: "the client's address or network" },
  to: { example: 'to:*.example', means: 'the destination: exact, or with *' },
  port: { example: 'port:443', means: "the destination's port" },
  rule: { example: 'rule:3', means: 'the number of the rule that decided' },
  command: { example: 'command:udp', means: 'connect, bind or udp' },
  reply: { example: 'reply:0', means: 'the SOCKS reply' },
  reason: { example: 'reason:refused-by-rule', means: 'why it ended (History)' },
  id: { example: 'id:17', means: 'the number of the connection' },
};

const NUMERIC = new Set(['port', 'rule', 'reply', 'id']);

/**
 * Reads the text of a filter box.
 * @returns {{terms: object[], problems: string[]}} a term with a mistake is left out and has its problem
 */
export function parse(text) {
  const terms = [];
  const problems = [];
  for (const { word, isQuoted } of words(text)) {
    const isNegated = !isQuoted && word.length > 1 && word[0] === '-';
    const term = isQuoted ? { kind: 'text', text: word.toLowerCase() } : readTerm(isNegated ? word.slice(1) : word, problems);
    if (term) terms.push(isNegated ? { ...term, not: true } : term);
  }
  return { terms, problems };
}

// Words between spaces; quotes keep spaces in a word: user:"two words".
function words(text) {
  const found = [];
  for (const match of text.matchAll(/((?:[^\s"]|"[^"]*"?)+)/g)) {
    const isQuoted = match[0][0] === '"';
    found.push({ word: match[0].replaceAll('"', ''), isQuoted });
  }
  return found.filter(({ word }) => word !== '');
}

function readTerm(word, problems) {
  const compared = /^(up|down|idle|age)?([<>])=?(.+)$/i.exec(word);
  if (compared) return readComparison(word, compared, problems);
  const named = /^([a-z]+):(.*)$/i.exec(word);
  if (named && Object.hasOwn(FIELDS, named[1].toLowerCase())) return readField(named[1].toLowerCase(), named[2], problems);
  if (named && !/^[0-9a-f]*$/i.test(named[1]) && !/^\d+$/.test(named[2])) {
    problems.push(`“${named[1]}:” is unknown; known are ${Object.keys(FIELDS).join(', ')}`);
    return null;
  }
  return { kind: 'text', text: word.toLowerCase() };
}

function readComparison(word, [, name, operator, amount], problems) {
  const field = (name ?? 'octets').toLowerCase();
  const isTime = field === 'idle' || field === 'age';
  const value = isTime ? readSeconds(amount) : readOctets(amount);
  if (value === null) {
    problems.push(`“${word}”: expected ${isTime ? 'a time such as 30s, 10m or 2h' : 'an amount such as 500KB, 1MB or 2GB'}`);
    return null;
  }
  return { kind: 'compare', field, operator, value };
}

function readField(field, value, problems) {
  if (value === '') {
    problems.push(`“${field}:” needs a value, such as ${FIELDS[field].example}`);
    return null;
  }
  if (NUMERIC.has(field)) {
    if (!/^\d{1,15}$/.test(value)) {
      problems.push(`“${field}:${value}”: expected a number, such as ${FIELDS[field].example}`);
      return null;
    }
    return { kind: 'field', field, value: Number(value) };
  }
  if (field === 'from') {
    const network = readNetwork(value);
    if (!network) {
      problems.push(`“from:${value}”: expected an address or a network, such as ${FIELDS.from.example}`);
      return null;
    }
    return { kind: 'field', field, value, network };
  }
  if (field === 'command') {
    const command = ['connect', 'bind', 'udp'].find((known) => value.toLowerCase().startsWith(known));
    if (!command) {
      problems.push(`“command:${value}”: expected connect, bind or udp`);
      return null;
    }
    return { kind: 'field', field, value: command };
  }
  if (field === 'to' || field === 'user') return { kind: 'field', field, value, pattern: pattern(value, field === 'to') };
  return { kind: 'field', field, value };
}

/** "1MB" as octets; null if it is no amount. */
export function readOctets(text) {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)(?:b|)$/i.exec(text);
  if (!match) return null;
  const step = STEPS[match[2].toLowerCase()];
  return Number(match[1]) * (match[3] ? 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(match[2].toLowerCase()) : step);
}

/** "10m" as seconds; null if it is no time. */
export function readSeconds(text) {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d)?$/i.exec(text);
  return match ? Number(match[1]) * SECONDS[(match[2] ?? 's').toLowerCase()] : null;
}

// A name with * for any characters, as a regular expression without any other meaning.
function pattern(text, ignoreCase) {
  const source = text
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

/** An address or a network as {bits, length}; null if it is none. Bits are a BigInt of 32 or 128 digits. */
export function readNetwork(text) {
  const [address, prefix, ...rest] = text.split('/');
  const read = readAddress(address);
  if (!read || rest.length > 0) return null;
  if (prefix === undefined) return { ...read, prefix: read.width };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > read.width) return null;
  return { ...read, prefix: Number(prefix) };
}

function readAddress(text) {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split('.').map(Number);
    return parts.some((part) => part > 255) ? null : { width: 32, bits: parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n) };
  }
  return text.includes(':') ? readAddress6(text) : null;
}

function readAddress6(text) {
  const halves = text.toLowerCase().split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = tail === undefined ? head : [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail];
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return null;
  return { width: 128, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n) };
}

function isWithin(network, text) {
  const address = readAddress(text);
  if (!address || address.width !== network.width) return false;
  const shift = BigInt(network.width - network.prefix);
  return address.bits >> shift === network.bits >> shift;
}

/**
 * Whether a connection satisfies every term.
 * @param row a Connection of the HTTP API; `idleSeconds` and `ageSeconds` as they are now
 */
export function matches(filter, row) {
  return filter.terms.every((term) => holds(term, row) !== (term.not === true));
}

function holds(term, row) {
  switch (term.kind) {
    case 'text':
      return [row.user, hostPort(row.client, row.clientPort), hostPort(row.destination, row.destinationPort)].some(
        (text) => text != null && text.toLowerCase().includes(term.text),
      );
    case 'compare': {
      const value = measured(term.field, row);
      return term.operator === '>' ? value > term.value : value < term.value;
    }
    default:
      return fieldHolds(term, row);
  }
}

function measured(field, row) {
  switch (field) {
    case 'up':
      return row.octetsUp;
    case 'down':
      return row.octetsDown;
    case 'idle':
      return row.idleSeconds;
    case 'age':
      return row.ageSeconds;
    default:
      return row.octetsUp + row.octetsDown;
  }
}

function fieldHolds(term, row) {
  switch (term.field) {
    case 'user':
      return row.user == null ? term.value === '-' : term.pattern.test(row.user);
    case 'from':
      return row.client != null && isWithin(term.network, row.client);
    case 'to':
      return row.destination != null && term.pattern.test(row.destination);
    case 'port':
      return row.destinationPort === term.value;
    case 'rule':
      return row.ruleNumber === term.value;
    case 'command':
      return row.command != null && row.command.toLowerCase().startsWith(term.value);
    default:
      return row[term.field] != null && String(row[term.field]) === String(term.value);
  }
}

const QUERY = { user: 'user', from: 'client', to: 'destination', port: 'port', rule: 'rule', command: 'command', reply: 'reply', reason: 'reason' };

/**
 * The terms that a resource of the HTTP API can look for itself, as its query parameters. A server that has looked for
 * these has looked for a part of the filter only: what it sends is to be filtered with `matches`.
 * @param known the parameters that the resource has
 */
export function toQuery(filter, known) {
  const query = {};
  for (const term of filter.terms) {
    const [name, value] = asParameter(term);
    if (!term.not && known.includes(name) && !(name in query)) query[name] = value;
  }
  return query;
}

function asParameter(term) {
  if (term.kind === 'text') return ['q', term.text];
  if (term.kind === 'field') return isForServer(term) ? [QUERY[term.field], String(term.value)] : [];
  if (term.operator === '>' && term.field === 'octets') return ['minOctets', String(Math.ceil(term.value))];
  if (term.operator === '>' && term.field === 'idle') return ['minIdleSeconds', wholeSeconds(term.value)];
  if (term.operator === '>' && term.field === 'age') return ['minDurationSeconds', wholeSeconds(term.value)];
  return [];
}

// The server takes whole seconds, a year of them at most: rounded down, so that it leaves out nothing that matches.
function wholeSeconds(seconds) {
  return String(Math.min(Math.floor(seconds), LONGEST_SECONDS));
}

// The server knows exact users, and destinations that are exact or *.suffix.
function isForServer({ field, value }) {
  if (field === 'user') return !value.includes('*');
  if (field === 'to') return !value.replace(/^\*\./, '').includes('*');
  return true;
}

/** A value as it stands in a filter: in quotes if it has a space. */
export function term(field, value) {
  return /[\s"]/.test(value) ? `${field}:"${value.replaceAll('"', '')}"` : `${field}:${value}`;
}
