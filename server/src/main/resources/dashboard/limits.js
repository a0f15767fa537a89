// What an account may: its limits as the HTTP API has them, in words. Pure.

import { readOctets } from './filter.js';

/** By name, in the order of docs/accounts.md: what it is called, and what values it takes. */
export const LIMITS = {
  expires: ['Expires', 'a day, or a time such as 2026-12-31T18:00:00Z'],
  from: ['Client networks', 'such as 192.0.2.0/24,2001:db8::/32'],
  'from-mode': ['Clients from there', 'strict: need a password; address-only: do not'],
  connections: ['Connections at once', '1 to 1000000'],
  associations: ['UDP associations at once', '1 to 1000000'],
  addresses: ['Client addresses at once', '1 to 1000000'],
  'when-full': ['One more than that', 'refuse, or end-oldest'],
  'opens.rate': ['Requests per second', '1 to 1000000'],
  'opens.burst': ['Requests after a pause', '1 to 1000000'],
  'rate.up': ['Bytes per second up', 'such as 1MiB'],
  'rate.down': ['Bytes per second down', 'such as 4MiB'],
  'rate.burst': ['Bytes after a pause', 'such as 256KiB'],
  egress: ['Leaves by', 'the name of an egress'],
  'quota.octets': ['Quota', 'such as 100GiB'],
  'quota.period': ['Quota begins anew each', 'day, week, week sun, month, month 15, or total: never'],
  'quota.counts': ['Quota counts', 'both, up, or down'],
  'quota.then': ['When the quota is spent', 'end, or so many bytes per second, such as 64KiB'],
  hours: ['Hours', 'such as mon-fri 08:00-18:00'],
  rules: ['Rules of its own', 'those for @ and this name'],
  note: ['Note', 'at most 200 characters'],
};

/**
 * The limits in effect, as they are read: [{name, label, value, isOfPlan}].
 * @param user as the HTTP API has it
 */
export function limitsOf({ effective = {}, limits = {} }) {
  const known = Object.keys(LIMITS).filter((name) => name in effective);
  const others = Object.keys(effective).filter((name) => !Object.hasOwn(LIMITS, name)); // a server that is newer
  return [...known, ...others].map((name) => ({ name, label: LIMITS[name]?.[0] ?? name, value: shown(name, effective[name]), isOfPlan: !Object.hasOwn(limits, name) }));
}

function shown(name, value) {
  return name === 'quota.then' && /^\d/.test(value) ? `${value} per second` : value;
}

/** What of a quota is used: {limit, used, isSpent}, in octets; null if there is none. */
export function quotaOf({ effective = {}, usage }) {
  const limit = readOctets(effective['quota.octets'] ?? '');
  if (!limit || !usage?.period) return null;
  const counts = effective['quota.counts'] ?? 'both';
  const used = (counts === 'down' ? 0 : usage.period.octetsUp) + (counts === 'up' ? 0 : usage.period.octetsDown);
  return { limit, used, isSpent: used >= limit };
}

/** Whether the account has expired by `now`; a day is over when it is over in every time zone. */
export function isExpired({ effective = {} }, now) {
  const text = effective.expires ?? '';
  const at = Date.parse(text);
  return !Number.isNaN(at) && now >= (/T/.test(text) ? at : at + 36 * 3600e3);
}

/**
 * What a form of limits asks the server to change; null if nothing.
 * @param form {plan, and each name of LIMITS} as texts; an empty one takes the value away
 */
export function changeOf(user, form) {
  const change = {};
  const plan = form.plan.trim() || null;
  if (plan !== (user.plan ?? null)) change.plan = plan;
  const limits = {};
  for (const name of Object.keys(LIMITS)) {
    const value = form[name].trim() || null;
    if (value !== (user.limits?.[name] ?? null)) limits[name] = value;
  }
  if (Object.keys(limits).length > 0) change.limits = limits;
  return Object.keys(change).length > 0 ? change : null;
}
