// A stand-in for Argyle's HTTP side, for measuring the dashboard by itself: the dashboard's files, and an API whose
// figures are made up. It has as many open connections as asked for, and changes as many of them each second.
//
//   node bench/dashboard_standin.mjs [ROWS] [CHANGES A SECOND] [PORT]     serves until it is ended; any login will do
//
// `speed` seconds pass in one: each has its events, and its own time.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const FILES = path.join(path.dirname(fileURLToPath(import.meta.url)), '../server/src/main/resources/dashboard');
const KINDS = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

let seed = 1;
const random = (most) => (seed = (seed * 48271) % 2147483647) % most;

const CAUGHT_UP = 50; // seconds at once, if the machine was busy: the page is to see each of them

/** @returns {Promise<{url: string, rows: Map, close: Function}>} */
export async function standIn({ rows: count, changes, port = 0, speed = 1, files = FILES }) {
  const began = Date.now();
  let seconds = 0; // that have passed here
  const clock = () => (speed === 1 ? Date.now() : began + seconds * 1000);
  const startedAt = new Date(began - 11_520_000).toISOString();
  const rows = new Map();
  const users = Array.from({ length: 40 }, (_, i) => `user-${i + 1}`);
  const listeners = new Set();
  let nextId = 1;
  let eventId = 1;
  let octetsUp = 5e9;
  let octetsDown = 81e9;

  const open = () => {
    const id = nextId++;
    const rule = 1 + random(4);
    const row = {
      id,
      user: random(12) === 0 ? null : users[random(users.length)],
      client: `192.0.2.${1 + random(250)}`,
      clientPort: 1024 + random(60_000),
      command: random(20) === 0 ? 'UDP ASSOCIATE' : 'CONNECT',
      destination: random(5) === 0 ? `198.51.100.${random(255)}` : `host-${random(3000)}.example`,
      destinationPort: [443, 443, 443, 80, 22, 993][random(6)],
      reply: 0,
      rule: `rule ${rule} (argyle.yaml:${20 + rule})`,
      ruleNumber: rule,
      octetsUp: random(100_000),
      octetsDown: random(20_000_000),
      startedAt: new Date(clock() - random(7_200_000)).toISOString(),
      idleSeconds: random(1200),
    };
    rows.set(id, row);
    return row;
  };
  for (let i = 0; i < count; i++) open();

  const totals = () => ({
    open: rows.size,
    mostOpen: rows.size + 40,
    users: users.length,
    usersConnected: users.length,
    connections: nextId - 1,
    octetsUp,
    octetsDown,
    refused: 1404,
    penalised: 3,
    bugs: 0,
    loopLagP99Micros: 310,
    loopLagMaxMicros: 4100,
    descriptors: 2 * rows.size + 90,
    descriptorLimit: 524_288,
    heap: 61e6,
    heapLimit: 512e6,
    refusedBy: { rule: 1320, authentication: 71, penalised: 13 },
  });
  const rates = () => ({ octetsUp: 2e6 + random(2e6), octetsDown: 3e7 + random(2e7), opened: changes / 10 });

  const tick = () => {
    const ids = [...rows.keys()];
    const share = Math.floor(changes / 10);
    const ended = [];
    const moved = [];
    for (let i = 0; i < share && ids.length > 0; i++) {
      const row = rows.get(ids[random(ids.length)]);
      if (!row) continue;
      rows.delete(row.id);
      ended.push({ ...row, endedAt: new Date(clock()).toISOString(), durationMillis: 5000, reason: 'done', detail: null, fault: 'nobody' });
    }
    const opened = Array.from({ length: ended.length }, open).map((row) => ({ ...row, startedAt: new Date(clock()).toISOString(), idleSeconds: 0 }));
    for (let i = 0; i < changes - 2 * share; i++) {
      const row = rows.get(ids[random(ids.length)]);
      if (!row) continue;
      row.octetsUp += random(20_000);
      row.octetsDown += random(900_000);
      moved.push([row.id, row.octetsUp, row.octetsDown, 0]);
    }
    octetsUp += 3e6;
    octetsDown += 4e7;
    const top = users.slice(0, 8).map((user, i) => ({ user, octetsPerSecond: 9e6 / (i + 1) + random(100_000) }));
    for (const listener of listeners) {
      const send = (type, data) => listener.write(`id: ${eventId++}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
      send('totals', { at: new Date(clock()).toISOString(), totals: totals(), rates: rates(), topUsers: top });
      if (listener.wantsRows) send('connections', { opened, moved, ended });
    }
  };
  const ticking = setInterval(() => {
    const due = Math.min(Math.floor(((Date.now() - began) * speed) / 1000), seconds + CAUGHT_UP);
    for (; seconds < due; seconds++) tick();
  }, 1000 / speed);

  const status = () => ({
    version: '0.1.0',
    startedAt,
    uptimeSeconds: 11_520,
    running: true,
    draining: false,
    data: '/var/lib/argyle',
    listeners: { socks: ['127.0.0.1:1080'], mass: '127.0.0.1:8080', feed: null, feedTcp: '127.0.0.1:8082', bottler: '127.0.0.1:8080', http: '127.0.0.1:8081' },
    totals: totals(),
    rates: rates(),
    actor: { name: 'admin', role: 'administrator' },
    warnings: [],
    history: true,
  });
  const page = (items, query) => {
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 100);
    return { items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null };
  };
  const user = (name, i) => ({
    name,
    href: `/api/v1/users/${name}`,
    enabled: i % 7 !== 6,
    admin: i === 0,
    viewer: i === 1,
    temporary: false,
    online: true,
    connections: [...rows.values()].filter((row) => row.user === name).length,
    lastSeen: startedAt,
    usage: { today: { octetsUp: 2e6 * i, octetsDown: 3e7 * i, connections: 12 }, month: { octetsUp: 4e7 * i, octetsDown: 9e8 * i, connections: 812 } },
  });
  const rule = (number, text, hits) => ({ number, text, place: `argyle.yaml:${20 + number}`, allow: !text.startsWith('deny'), hits, hitsDay: Math.floor(hits / 9), isDefault: false });
  const ended = (i) => ({
    id: 90_000 - i,
    ...structuredClone(rows.values().next().value ?? open()),
    endedAt: new Date(Date.now() - i * 61_000).toISOString(),
    durationMillis: 40 * (i + 1),
    reason: i % 4 === 0 ? 'refused-by-rule' : 'done',
    detail: null,
    fault: i % 4 === 0 ? 'operator' : 'nobody',
  });
  const resources = {
    '/status': () => status(),
    '/session': () => ({ name: 'admin', role: 'administrator', csrf: 'c' }),
    '/connections': (query) => page([...rows.values()].filter((row) => !query.get('user') || row.user === query.get('user')), query),
    '/connections/kill': () => ({ killed: 1 }),
    '/users': (query) => page(users.map(user), query),
    '/history': (query) => page(Array.from({ length: 300 }, (_, i) => ended(i)), query),
    '/usage': () => ({ items: Array.from({ length: 5 }, (_, i) => ({ user: 'user-1', day: `2026-11-${30 - i}`, octetsUp: 1e6 * i, octetsDown: 2e7, connections: 40 })), next: null }),
    '/rules': () => ({
      items: [rule(1, 'deny to *.ads.example', 1320), rule(2, 'allow users ana, ben to 10.0.0.0/8 ports 22, 443', 0), rule(3, 'allow to 0.0.0.0/0', 81_204), { ...rule(4, 'deny everything else', 11), isDefault: true }],
      next: null,
    }),
    '/explain': () => ({ allowed: true, rule: 'rule 3 (argyle.yaml:23)', ruleNumber: 3, steps: ['rule 1: the destination is not in *.ads.example', 'rule 2: the user is neither ana nor ben', 'rule 3: matches'], reply: 0 }),
    '/penalties': () => ({ items: [{ source: '203.0.113.9', door: 'socks', until: new Date(Date.now() + 3e5).toISOString(), state: 'refused', reason: 'authentication-failed' }], next: null }),
    '/malformed': () => ({ items: [{ at: startedAt, client: '203.0.113.9', clientPort: 40_404, door: 'socks', reason: 'protocol-error', detail: 'a request of HTTP came: only SOCKS 5 is spoken here', offset: 0, octets: Buffer.from('GET / HTTP/1.1\r\nHost: <b>x</b>\r\n').toString('hex').toUpperCase().match(/../g).join(' ') }], next: null }),
    '/changes': () => ({ items: [{ at: startedAt, door: 'http', client: '127.0.0.1', by: 'admin', operation: 'set-idle-timeout', target: null, before: '3600', after: '60', result: 'done' }], next: null }),
    '/settings': () => ({
      idleTimeoutSeconds: { value: 60, configured: 3600 },
      selectorTimeoutMillis: { value: 1000, configured: 1000 },
      bufferSize: { value: 65536, configured: 65536 },
      authentication: { value: true, configured: true },
      dissectors: { value: false, configured: false },
    }),
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    response.setHeader('Content-Security-Policy', POLICY);
    if (url.pathname === '/api/v1/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.wantsRows = url.searchParams.get('connections') !== 'false';
      response.write(': hello\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      return;
    }
    if (url.pathname.startsWith('/api/v1')) {
      const name = url.pathname.slice('/api/v1'.length);
      const resource = resources[name];
      if (!resource) {
        response.writeHead(request.method === 'GET' ? 404 : 200, { 'Content-Type': 'application/json' });
        response.end('{"title":"not here","detail":"The stand-in does not have this."}');
        return;
      }
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(resource(url.searchParams)));
      return;
    }
    try {
      const name = url.pathname === '/' ? 'index.html' : path.normalize(url.pathname).slice(1);
      const body = await readFile(path.join(files, name));
      response.writeHead(200, { 'Content-Type': KINDS[path.extname(name)] ?? 'text/plain' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    rows,
    close() {
      clearInterval(ticking);
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rows = 200, changes = 20, port = 0] = process.argv.slice(2).map(Number);
  console.log((await standIn({ rows, changes, port })).url);
}
