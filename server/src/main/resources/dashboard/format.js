// Figures and times as people read them. Pure functions.

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Octets with three significant digits, in steps of 1,000: "0 B", "999 B", "1.23 MB". */
export function octets(count) {
  if (count == null) return '–';
  let value = count;
  let unit = 0;
  while (unit < UNITS.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${threeDigits(value)} ${UNITS[unit]}`;
}

function threeDigits(value) {
  return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** Octets per second; an idle one is a dash, so that those that move stand out. */
export function rate(octetsPerSecond) {
  return octetsPerSecond < 1 ? '–' : `${octets(octetsPerSecond)}/s`;
}

/** A whole number with thousands apart: 12 345 as "12,345". */
export function number(count) {
  return count == null ? '–' : Math.round(count).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 tunnel", "2 tunnels". */
export function counted(count, singular, plural = `${singular}s`) {
  return `${number(count)} ${count === 1 ? singular : plural}`;
}

/** How many there are of what `api.all` has read; "more than 100 addresses" if it stopped before the end. */
export function countedOf({ items, isComplete }, singular, plural) {
  return `${isComplete ? '' : 'more than '}${counted(items.length, singular, plural)}`;
}

/** Seconds in at most two units: "8 s", "3 min 5 s", "2 h 10 min", "12 d 3 h". */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 86400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** Seconds for a column, so that figures stand under each other: "0:07", "34:16", "1:52:03", "2 d 03:10". */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Milliseconds: "12 ms" below a second, then as a duration. */
export function millis(value) {
  return value < 1000 ? `${Math.round(value)} ms` : duration(value / 1000);
}

/** Microseconds as milliseconds: "0.25 ms", "12 ms". */
export function micros(value) {
  if (value == null) return '–';
  const inMillis = value / 1000;
  return `${inMillis >= 9.95 ? number(inMillis) : inMillis.toFixed(2)} ms`;
}

function two(value) {
  return String(value).padStart(2, '0');
}

/** An instant in the reader's own time zone, to the second: "2026-11-30 02:31:37". */
export function time(instant) {
  if (instant == null) return '–';
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '–';
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(at)}`;
}

/** The time of the day alone: "02:31:37". */
export function clock(instant) {
  const at = new Date(instant);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Host and port; an IPv6 address gets its brackets. */
export function hostPort(host, port) {
  if (host == null) return '–';
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return port == null || port === 0 ? bracketed : `${bracketed}:${port}`;
}

/** A text of the server as a sentence: "no client is accepted" as "No client is accepted." */
export function sentence(text) {
  if (!text) return '';
  const begun = text[0].toUpperCase() + text.slice(1);
  return /[.!?:]$/.test(begun) ? begun : `${begun}.`;
}

const REPLIES = [
  'succeeded',
  'general failure',
  'not allowed by the rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
];

/** A SOCKS reply (RFC 1928, section 6) in words. */
export function reply(code) {
  return code == null ? 'none yet' : (REPLIES[code] ?? `reply ${code}`);
}
