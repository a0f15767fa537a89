// The list of users as a page shows it: filtered, sorted, exported. Pure functions.

const STATES = {
  online: (user) => user.connections > 0,
  offline: (user) => user.connections === 0,
  enabled: (user) => user.enabled,
  disabled: (user) => !user.enabled,
  admin: (user) => user.admin,
  viewer: (user) => user.viewer,
  temporary: (user) => user.temporary,
};

/** The words that mean a state, for the help text. */
export const STATE_WORDS = Object.keys(STATES);

/** Whether a user satisfies every word: a state, or a part of the name; a minus turns a word round. */
export function matchesUser(text, user) {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => {
      const isNegated = word.length > 1 && word[0] === '-';
      const plain = isNegated ? word.slice(1) : word;
      const state = Object.hasOwn(STATES, plain.toLowerCase()) ? STATES[plain.toLowerCase()] : null;
      const name = plain.replace(/^user:/, '').toLowerCase();
      return (state ? state(user) : user.name.toLowerCase().includes(name)) !== isNegated;
    });
}

const KEYS = {
  name: (user) => user.name.toLowerCase(),
  connections: (user) => user.connections,
  lastSeen: (user) => (user.connections > 0 ? Infinity : user.lastSeen === null ? 0 : Date.parse(user.lastSeen)),
  today: (user) => usage(user, 'today'),
  month: (user) => usage(user, 'month'),
  role: (user) => role(user),
  plan: (user) => (user.plan ?? '').toLowerCase(),
};

/** Users in order; equal ones by name. */
export function sortUsers(users, { column, isDescending }) {
  const key = KEYS[column] ?? KEYS.name;
  const sign = isDescending ? -1 : 1;
  return users
    .map((user) => ({ user, key: key(user) }))
    .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.user.name < b.user.name ? -1 : 1))
    .map(({ user }) => user);
}

/** Octets of both directions in a period, `today` or `month`. */
export function usage(user, period) {
  const used = user.usage?.[period];
  return used ? used.octetsUp + used.octetsDown : 0;
}

export function role(user) {
  return user.admin ? 'administrator' : user.viewer ? 'viewer' : 'user';
}

const COLUMNS = {
  name: (user) => user.name,
  enabled: (user) => user.enabled,
  role,
  temporary: (user) => user.temporary,
  connections: (user) => user.connections,
  last_seen: (user) => user.lastSeen ?? '',
  today_up_bytes: (user) => user.usage?.today?.octetsUp ?? '',
  today_down_bytes: (user) => user.usage?.today?.octetsDown ?? '',
  month_up_bytes: (user) => user.usage?.month?.octetsUp ?? '',
  month_down_bytes: (user) => user.usage?.month?.octetsDown ?? '',
  total_up_bytes: (user) => user.usage?.total?.octetsUp ?? '',
  total_down_bytes: (user) => user.usage?.total?.octetsDown ?? '',
  period_since: (user) => user.usage?.period?.since ?? '',
  period_up_bytes: (user) => user.usage?.period?.octetsUp ?? '',
  period_down_bytes: (user) => user.usage?.period?.octetsDown ?? '',
  last_address: (user) => user.lastAddress ?? '',
  plan: (user) => user.plan ?? '',
};

/** Users as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function toCsv(users) {
  const lines = [Object.keys(COLUMNS), ...users.map((user) => Object.values(COLUMNS).map((column) => column(user)))];
  return lines.map((cells) => cells.map(cell).join(',') + '\r\n').join('');
}

function cell(value) {
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Users as JSON, as the HTTP API has them. */
export function toJson(users) {
  return `${JSON.stringify(users, null, 2)}\n`;
}
