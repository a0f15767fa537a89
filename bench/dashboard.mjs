// What the dashboard costs the browser. The server is a stand-in (dashboard_standin.mjs), so that the figures are the
// page's alone. First: (cd it/browser && npm ci)
//
//   node bench/dashboard.mjs [--rows 10000] [--changes 500] [--seconds 30] [--trace]
//     10,000 open connections of which 500 change each second, the page scrolled all the while: long tasks (over 50 ms),
//     frames a second, the tab's memory, first paint, and what is loaded. With --trace, what the longest tasks did.
//
//   node bench/dashboard.mjs --hours 24 [--speed 300] [--rows 1000] [--changes 50]
//     A page that stays open: so many hours of events, 300 seconds of them in each, on the first page and on the
//     connections by turns; the heap, after a collection each time.
//
// --files DIR serves the dashboard's files from elsewhere, such as from another commit's worktree.

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { FILES, standIn } from './dashboard_standin.mjs';

const { chromium } = createRequire(new URL('../it/browser/package.json', import.meta.url))('playwright-core');
const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: { rows: text(), changes: text(), seconds: text('30'), hours: text(), speed: text('300'), trace: { type: 'boolean', default: false }, files: text(FILES), chromium: text('/usr/bin/chromium') },
});
const EXPLAINED = 8; // of the longest tasks
const NAMED = 6; // parts of each
const LOOKS = 6; // at a page that stays open, beside the first
const isLong = values.hours !== undefined;
const rows = Number(values.rows ?? (isLong ? 1000 : 10_000));
const changes = Number(values.changes ?? (isLong ? 50 : 500));

const server = await standIn({ rows, changes, speed: isLong ? Number(values.speed) : 1, files: values.files });
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'] });
try {
  await (isLong ? stayOpen(Number(values.hours)) : scroll(Number(values.seconds)));
} finally {
  await browser.close();
  server.close();
}

async function scroll(seconds) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  let octets = 0;
  page.on('response', async (response) => {
    if (!response.url().includes('/api/')) octets += (await response.body().catch(() => Buffer.alloc(0))).length;
  });
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration, startTime }) => window.tasks.push([startTime, duration]))).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(`${server.url}#/overview`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  await page.goto(`${server.url}#/connections`);
  await page.waitForFunction((rows) => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') > rows * 0.9, rows);
  const client = await page.context().newCDPSession(page);
  await client.send('HeapProfiler.collectGarbage');

  // Its own order by rate: most rows change their place each second.
  if (values.trace) await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', 'disabled-by-default-v8.gc', 'blink'] });
  await page.getByRole('button', { name: 'Rate' }).click();
  const measured = await page.evaluate(async (length) => {
    const from = performance.now();
    const scroller = document.querySelector('.scroller');
    const gaps = [];
    let before = from;
    let step = 45;
    while (before - from < length * 1000) {
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - before);
      before = now;
      scroller.scrollTop += step;
      if (scroller.scrollTop <= 0 || scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) step = -step;
    }
    gaps.sort((a, b) => a - b);
    return {
      frames: (gaps.length / (before - from)) * 1000,
      slowFrame: gaps[Math.floor(gaps.length * 0.99)],
      tasks: window.tasks.map(([, duration]) => Math.round(duration)),
      late: window.tasks.filter(([at]) => at > from).map(([, duration]) => Math.round(duration)),
    };
  }, seconds);
  const trace = values.trace ? JSON.parse(await browser.stopTracing()).traceEvents : null;
  await client.send('HeapProfiler.collectGarbage');
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  const longest = (tasks) => `${tasks.length}${tasks.length ? ` (longest ${Math.max(...tasks)} ms)` : ''}`;

  console.log(`${rows} rows, ${changes} changes a second, scrolled for ${seconds} s, ${browser.version()}`);
  console.log(`first contentful paint     ${paint?.toFixed(0)} ms`);
  console.log(`loaded, not compressed     ${(octets / 1000).toFixed(0)} KB`);
  console.log(`frames a second            ${measured.frames.toFixed(1)}`);
  console.log(`frame, 99th percentile     ${measured.slowFrame.toFixed(1)} ms`);
  console.log(`tasks over 50 ms           ${longest(measured.late)}; from the beginning on ${longest(measured.tasks)}`);
  console.log(`JavaScript heap            ${(heap / 1e6).toFixed(1)} MB`);
  console.log(`resident, the tab          ${await resident()}`);
  console.log(`elements in the page       ${elements}`);
  if (trace) explain(trace);
}

// The renderer's own memory, as the system tells: the largest process of the browser's renderers.
async function resident() {
  const { readFile } = await import('node:fs/promises');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => Number(/RssAnon:\s+(\d+)/.exec(await readFile(`/proc/${id}/status`, 'utf8'))[1]) / 1000),
  );
  return `${Math.max(...sizes).toFixed(0)} MB`;
}

// What the longest tasks of the page's thread did: the time that each kind of event took by itself. Their time on a
// processor is less than the whole if the machine gave it to others: on a busy machine it is the figure to compare.
function explain(trace) {
  const main = trace.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`);
  const whole = trace.filter(({ ph, pid, tid, dur }) => ph === 'X' && dur > 0 && main.includes(`${pid} ${tid}`)).sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const tasks = whole.filter(({ name }) => name === 'RunTask').sort((a, b) => b.dur - a.dur);
  const worked = tasks.map(({ tdur }) => tdur ?? 0).sort((a, b) => b - a);
  console.log(`processor time of tasks    most ${worked.slice(0, 5).map((micros) => (micros / 1000).toFixed(1)).join(', ')} ms; ${worked.filter((micros) => micros > 50_000).length} over 50 ms`);
  for (const task of tasks.slice(0, EXPLAINED)) {
    const inside = whole.filter((event) => event !== task && event.tid === task.tid && event.pid === task.pid && event.ts >= task.ts && event.ts + event.dur <= task.ts + task.dur);
    const own = new Map();
    const open = [];
    for (const event of inside) {
      while (open.length > 0 && open.at(-1).ts + open.at(-1).dur <= event.ts) open.pop();
      if (open.length > 0) own.set(open.at(-1).name, (own.get(open.at(-1).name) ?? 0) - event.dur);
      own.set(event.name, (own.get(event.name) ?? 0) + event.dur);
      open.push(event);
    }
    const parts = [...own].sort((a, b) => b[1] - a[1]).slice(0, NAMED).map(([name, micros]) => `${name} ${(micros / 1000).toFixed(1)}`);
    console.log(`task of ${(task.dur / 1000).toFixed(1)} ms, ${((task.tdur ?? 0) / 1000).toFixed(1)} on a processor: ${parts.join(', ')}`);
  }
}

async function stayOpen(hours) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${server.url}#/overview`);
  await page.locator('.plot canvas').first().waitFor();
  const client = await page.context().newCDPSession(page);
  const at = () => page.evaluate(async () => (await import('/live.js')).live.at);
  const began = await at();
  const look = async () => {
    await page.evaluate(() => (location.hash = '#/overview'));
    await page.locator('.plot canvas').first().waitFor();
    await client.send('HeapProfiler.collectGarbage');
    const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
    const { nodes, jsEventListeners } = await client.send('Memory.getDOMCounters');
    console.log(`${(((await at()) - began) / 3_600_000).toFixed(1).padStart(6)} h   heap ${(heap / 1e6).toFixed(1)} MB   resident ${await resident()}   nodes ${nodes}   listeners ${jsEventListeners}`);
  };
  const until = async (hour) => {
    while ((await at()) - began < hour * 3_600_000) await new Promise((go) => setTimeout(go, 250));
  };
  console.log(`${hours} h of events, ${values.speed} s of them in each, ${rows} rows, ${changes} changes a second, ${browser.version()}`);
  for (let turn = 0; turn <= LOOKS; turn++) {
    await look();
    if (turn === LOOKS) break;
    await until((hours * (turn + 0.5)) / LOOKS);
    await page.evaluate(() => (location.hash = '#/connections'));
    await until((hours * (turn + 1)) / LOOKS);
  }
}
