// What the dashboard's tests stand on: a server of their own, SOCKS clients, destinations, and a browser.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const ARGYLE = process.env.ARGYLE ?? path.join(ROOT, 'argyle');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const PATIENCE = 60_000; // milliseconds until the server must be ready

/** Why the tests with a browser cannot run here; null if they can. */
export function obstacle() {
  if (Number(process.versions.node.split('.')[0]) < 20) return `Node ${process.versions.node}: the browser's driver needs 20 or newer`;
  if (!CHROMIUM) return 'no /usr/bin/chromium (Debian package chromium)';
  if (!existsSync(path.join(ROOT, 'it/browser/node_modules/playwright-core'))) return 'no playwright-core: npm ci in it/browser has failed';
  return null;
}

/** A server in a directory of its own. `start` and `kill` may be called again; its addresses stay. */
export class Server {
  /** @param more keys of the configuration, beside those that the tests are made for */
  constructor(more = '') {
    this.more = more;
    this.directory = mkdtempSync(path.join(tmpdir(), 'argyle-dashboard-'));
    this.data = path.join(this.directory, 'data');
    this.ports = { socks: 0, http: 0 };
  }

  configuration() {
    return `socks:
  listen: ["127.0.0.1:${this.ports.socks}"]
  authentication: [password, none]
rules:
  - { allow: false, to: ["*.denied.example"] }
  - { allow: false, to: ["203.0.113.0/24"] }
  - { allow: true, to: ["127.0.0.0/8", "localhost"] }
  - { allow: false, to: ["www.denied.example"] }
management:
  mass: { listen: null }
  feed: { listen: null, tcp: null }
  bottler: { listen: null }
  http: { listen: "127.0.0.1:${this.ports.http}" }
log: { access: access.log }
${this.more}`.replace('access.log', path.join(this.directory, 'access.log'));
  }

  async start() {
    const file = path.join(this.directory, 'argyle.yaml');
    writeFileSync(file, this.configuration());
    this.process = spawn(ARGYLE, ['serve', '-c', file, '--data', this.data], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.said = '';
    const ready = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.process.kill('SIGKILL');
        reject(new Error(`not ready in ${PATIENCE} ms\n${this.said}`));
      }, PATIENCE);
      const hear = (octets) => {
        this.said = (this.said + octets).slice(-20_000);
        if (/^ready/m.test(this.said)) {
          clearTimeout(timer);
          resolve();
        }
      };
      this.process.stdout.on('data', hear);
      this.process.stderr.on('data', hear);
      this.process.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${code}\n${this.said}`));
      });
    });
    await ready;
    this.readEndpoints();
    this.url = `http://127.0.0.1:${this.ports.http}/`;
    const { username, password } = JSON.parse(readFileSync(path.join(this.data, 'admin.secret'), 'utf8'));
    this.admin = { name: username, password };
    return this;
  }

  /** Where it listens now: a reset may have opened other ports. */
  readEndpoints() {
    this.endpoints = JSON.parse(readFileSync(path.join(this.data, 'endpoints.json'), 'utf8'));
    this.ports = { socks: portOf(this.endpoints.socks[0]), http: portOf(this.endpoints.http) };
  }

  /** Ends the process at once, as a power cut does. */
  async kill() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  async close() {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A request to the API as a script makes it. */
  async api(method, resource, body) {
    const answer = await fetch(`${this.url}api/v1${resource}`, {
      method,
      headers: { Authorization: `Basic ${Buffer.from(`${this.admin.name}:${this.admin.password}`).toString('base64')}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${resource}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
}

function portOf(address) {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** A way to a port that can be cut in the middle of a stream, and mended. */
export async function cable(port) {
  const ends = new Set();
  let cut = false;
  const way = net.createServer((near) => {
    if (cut) return near.destroy();
    const far = net.connect(port, '127.0.0.1');
    for (const [end, other] of [[near, far], [far, near]]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => (ends.delete(end), other.destroy()));
      end.pipe(other);
    }
  });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const end = () => ends.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${way.address().port}/`,
    cut: () => ((cut = true), end()),
    mend: () => (cut = false),
    close: () => (way.close(), end()),
  };
}

/** A destination that sends back what comes. */
export async function echo() {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client that speaks something else than SOCKS. It waits until the server closes its connection. */
export async function stranger(server, says) {
  const socket = net.connect(server.ports.socks, '127.0.0.1', () => socket.write(says));
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'close');
}

class Octets {
  constructor(socket) {
    this.socket = socket;
    this.buffer = Buffer.alloc(0);
    this.waiting = null;
    socket.on('data', (octets) => {
      this.buffer = Buffer.concat([this.buffer, octets]);
      this.waiting?.();
    });
    socket.on('close', () => this.waiting?.());
  }

  /** The socket, for whoever reads it from now on. */
  release() {
    this.socket.removeAllListeners('data');
    return this.socket;
  }

  async take(count) {
    while (this.buffer.length < count) {
      if (this.socket.closed || this.socket.destroyed) throw new Error('the server closed the connection');
      await new Promise((resolve) => (this.waiting = resolve));
    }
    const taken = this.buffer.subarray(0, count);
    this.buffer = this.buffer.subarray(count);
    return taken;
  }
}

/**
 * A SOCKS client's CONNECT.
 * @returns {Promise<{reply: number|null, ended: Promise, send: Function, stream: Function, close: Function}>} reply: REP;
 *     null: the login was refused; stream: the socket, for those who read it themselves
 */
export async function tunnel(server, host, port, account) {
  const socket = net.connect(server.ports.socks, '127.0.0.1');
  socket.on('error', () => {});
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  const octets = new Octets(socket);
  const made = (reply) => ({
    reply,
    ended,
    send: async (data) => {
      socket.write(data);
      return octets.take(Buffer.byteLength(data));
    },
    stream: () => octets.release(),
    close: () => socket.destroy(),
  });
  socket.write(Buffer.from([5, 1, account ? 2 : 0]));
  await octets.take(2);
  if (account) {
    const [name, password] = [Buffer.from(account.name), Buffer.from(account.password)];
    socket.write(Buffer.concat([Buffer.from([1, name.length]), name, Buffer.from([password.length]), password]));
    if ((await octets.take(2))[1] !== 0) return made(null);
  }
  const name = Buffer.from(host);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]));
  const reply = (await octets.take(10))[1];
  return made(reply);
}

/** Waits until something holds; looks again and again, for 20 s at most. */
export async function eventually(what, holds) {
  const end = Date.now() + 20_000;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function browse() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
}
