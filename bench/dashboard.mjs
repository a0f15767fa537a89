// What the dashboard costs the browser: 10,000 open connections of which 500 change each second, the page scrolled all
// the while. The server is a stand-in (dashboard_standin.mjs), so that the figures are the page's alone.
//
//   (cd it/browser && npm ci) ; node bench/dashboard.mjs [--rows 10000] [--changes 500] [--seconds 30]
//
// Prints long tasks (over 50 ms), frames a second while scrolling, the tab's memory, first paint, and what is loaded.

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { standIn } from './dashboard_standin.mjs';

const { chromium } = createRequire(new URL('../it/browser/package.json', import.meta.url))('playwright-core');
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000' }, changes: { type: 'string', default: '500' }, seconds: { type: 'string', default: '30' }, chromium: { type: 'string', default: '/usr/bin/chromium' } },
});
const seconds = Number(values.seconds);

const server = await standIn({ rows: Number(values.rows), changes: Number(values.changes) });
const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'] });
try {
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
  await page.locator('.scroller tbody tr').nth(5).waitFor();
  await page.waitForFunction((rows) => document.querySelector('table').getAttribute('aria-rowcount') > rows * 0.9, Number(values.rows));
  const client = await page.context().newCDPSession(page);
  await client.send('HeapProfiler.collectGarbage');

  // Its own order by rate: most rows change their place each second.
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
      tasks: window.tasks.filter(([at]) => at > from).map(([, duration]) => Math.round(duration)),
    };
  }, seconds);
  await client.send('HeapProfiler.collectGarbage');
  const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);

  console.log(`${values.rows} rows, ${values.changes} changes a second, scrolled for ${seconds} s, ${await browser.version()}`);
  console.log(`first contentful paint     ${paint?.toFixed(0)} ms`);
  console.log(`loaded, not compressed     ${(octets / 1000).toFixed(0)} KB`);
  console.log(`frames a second            ${measured.frames.toFixed(1)}`);
  console.log(`frame, 99th percentile     ${measured.slowFrame.toFixed(1)} ms`);
  console.log(`tasks over 50 ms           ${measured.tasks.length}${measured.tasks.length ? ` (longest ${Math.max(...measured.tasks)} ms)` : ''}`);
  console.log(`JavaScript heap            ${(heap / 1e6).toFixed(1)} MB`);
  console.log(`resident, the tab          ${await resident(browser)}`);
  console.log(`elements in the page       ${elements}`);
} finally {
  await browser.close();
  server.close();
}

// The renderer's own memory, as the system tells: the largest process of the browser's renderers.
async function resident(from) {
  const { readFile } = await import('node:fs/promises');
  const session = await from.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => Number(/RssAnon:\s+(\d+)/.exec(await readFile(`/proc/${id}/status`, 'utf8'))[1]) / 1000),
  );
  return `${Math.max(...sizes).toFixed(0)} MB`;
}
