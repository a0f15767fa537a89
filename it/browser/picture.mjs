// README's picture: the dashboard's first page, of a server that runs, with accounts, tunnels and traffic.
//
//   node it/browser/picture.mjs [--seconds 75] [--file docs/dashboard.png]
//
// Needs what the tests with a browser need (it/browser/run installs it). The traffic is of SOCKS clients on this host to
// an origin on this host: some users download, some upload, some come and go, some are refused.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT, Server, browse, eventually, tunnel } from './rig.mjs';

const PASSWORD = 'some-Password-1';
const WAVE_SECONDS = 23; // traffic swells and ebbs
const MOST = 1 << 20; // octets of an answer

// Connections at once, octets of a request down and up, milliseconds between two.
const USERS = {
  ana: { tunnels: 14, down: 900_000, up: 2000, pause: 900 },
  ben: { tunnels: 9, down: 700_000, up: 3000, pause: 1100 },
  carla: { tunnels: 22, down: 150_000, up: 1000, pause: 900 },
  dmitri: { tunnels: 3, down: 900, up: 800_000, pause: 1300 },
  elena: { tunnels: 31, down: 60_000, up: 4000, pause: 1000 },
  farid: { tunnels: 6, down: 200_000, up: 9000, pause: 1400 },
  grace: { tunnels: 17, down: 30_000, up: 2000, pause: 1200 },
  hiro: { tunnels: 40, down: 5000, up: 1000, pause: 2000 },
};

/** Sends as many octets as a line asks for. What is no number is an upload. */
async function origin() {
  const sockets = new Set();
  const page = Buffer.alloc(MOST, 'x');
  const server = net.createServer((socket) => {
    let line = '';
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (octets) => {
      const lines = octets.toString('latin1').split('\n');
      lines[0] = (line + lines[0]).slice(-20);
      line = lines.pop().slice(-20);
      for (const asked of lines) if (/^\d+$/.test(asked)) socket.write(page.subarray(0, Number(asked)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: server.address().port, close };
}

class Traffic {
  #began = Date.now();
  #isOver = false;
  #open = new Set();

  constructor(server, port) {
    this.server = server;
    this.port = port;
  }

  /** Opens a tunnel and uses it until the end, or for so many requests. */
  async use(name, { down, up, pause }, requests = Infinity) {
    const opened = await tunnel(this.server, 'localhost', this.port, { name, password: PASSWORD });
    const socket = opened.stream();
    this.#open.add(opened);
    let missing = 0;
    let arrived = () => {};
    socket.on('data', (octets) => (missing -= octets.length) <= 0 && arrived());
    socket.on('close', () => arrived());
    for (let i = 0; i < requests && !this.#isOver && !socket.destroyed; i++) {
      const wave = 1 + 0.6 * Math.sin((2 * Math.PI * (Date.now() - this.#began)) / (WAVE_SECONDS * 1000) + name.length);
      missing = Math.min(MOST, Math.ceil(down * wave));
      const answered = new Promise((done) => (arrived = done));
      socket.write(`${'x'.repeat(Math.ceil(up * wave))}\n${missing}\n`);
      await answered;
      await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random())));
    }
    this.#open.delete(opened);
    opened.close();
  }

  /** Somebody comes, stays for some requests and leaves, again and again. */
  async visit(name, use) {
    while (!this.#isOver) await this.use(name, use, 2 + Math.floor(8 * Math.random())).catch(() => {});
  }

  async isRefused(count) {
    for (let i = 0; i < count; i++) (await tunnel(this.server, `ad-${i}.denied.example`, 443, { name: 'ana', password: PASSWORD })).close();
    for (let i = 0; i < Math.ceil(count / 6); i++) (await tunnel(this.server, 'localhost', this.port, { name: 'root', password: `guess-${i}` })).close();
  }

  end() {
    this.#isOver = true;
    for (const opened of this.#open) opened.close();
  }
}

/**
 * Takes the picture.
 * @param seconds what the plots show, and so how long it takes
 * @param share of the tunnels of USERS that are opened, up to 1
 * @returns {Promise<{open: number, refused: number, octetsDown: number}>} what the page showed
 */
export async function takePicture({ file, seconds, share = 1 }) {
  const server = new Server();
  const target = await origin();
  let browser;
  let traffic;
  try {
    await server.start();
    for (const name of Object.keys(USERS)) await server.api('POST', '/users', { name, password: PASSWORD });
    traffic = new Traffic(server, target.port);
    for (const [name, use] of Object.entries(USERS)) {
      const tunnels = Math.ceil(use.tunnels * share);
      for (let i = 0; i < tunnels; i++) (i % 2 ? traffic.visit(name, use) : traffic.use(name, use)).catch(() => {});
    }
    await traffic.isRefused(Math.ceil(24 * share));

    browser = await browse();
    const context = await browser.newContext({ viewport: { width: 1180, height: 700 }, colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByLabel('Name').fill(server.admin.name);
    await page.getByLabel('Password').fill(server.admin.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('.plot canvas').first().waitFor();
    const live = () => page.evaluate(async () => {
      const { samples, totals } = (await import('/live.js')).live;
      return { size: samples.size, open: totals.open, refused: totals.refused, octetsDown: totals.octetsDown };
    });
    for (let shown = 0; shown < seconds; ) {
      await eventually('another second', async () => (await live()).size > shown);
      shown = (await live()).size;
    }
    await page.screenshot({ path: file });
    return await live();
  } finally {
    traffic?.end();
    await browser?.close();
    await server.close();
    target.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = (value) => ({ type: 'string', default: value });
  const { values } = parseArgs({ options: { seconds: text('75'), file: text(path.join(ROOT, 'docs/dashboard.png')) } });
  execFileSync(path.join(ROOT, 'argyle'), ['-v'], { stdio: 'ignore' }); // built, if need be, before a server is waited for
  await takePicture({ file: values.file, seconds: Number(values.seconds) });
}
