// How soon the largest thing on each page is painted on a slow phone line: 1.6 Mbit/s, 150 ms to the server, a processor
// four times slower, nothing kept from before. It prints a table and holds nothing to a limit: how long it takes depends on
// what else this machine does.
//   npm run --silent paint [-- PAGE …]     ROUNDS=3   RAPPORT_URL=http://… (a demo instance that runs already)
import { loadavg } from 'node:os';
import { openBrowser, person, slowPhone } from './browser.mjs';
import { makeFiles } from './files.mjs';
import { doors, enter, pages, report } from './pages.mjs';
import { startServer } from './server.mjs';

const wanted = process.argv.slice(2);
const rounds = Number(process.env.ROUNDS ?? 3);
const server = process.env.RAPPORT_URL ? { url: process.env.RAPPORT_URL, stop: () => undefined } : await startServer({ demo: true });
const chromium = await openBrowser();

/** Watches for the largest paint from the first moment of a page on. */
function watch() {
  window.painted = 0;
  new window.PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.painted = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
}

/** Opens an address with nothing kept but who is signed in, and says when the last thing was drawn and what came over the wire. */
async function open(state, address) {
  const context = await chromium.browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB', storageState: state });
  const page = await context.newPage();
  await page.addInitScript(watch);
  const wire = await slowPhone(context, page);
  await page.goto(address, { waitUntil: 'load' });
  await page.locator('h1, h2').first().waitFor({ timeout: 120_000 });
  await page.waitForLoadState('networkidle', { timeout: 120_000 });
  const seen = await page.evaluate(() => ({
    first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    largest: window.painted,
    asked: performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/')).reduce((last, e) => Math.max(last, e.responseEnd), 0),
  }));
  await context.close();
  return { ...seen, wire: wire() };
}

const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const column = (text, width) => String(text).padStart(width);

try {
  const { context, page } = await person(chromium.browser);
  await page.goto(server.url);
  const nobody = await context.storageState();
  await enter(page, server.url, 'admin');
  await report(page, server.url, '/reports'); // what is measured is the finished company, not how it grows
  const somebody = await context.storageState();
  const files = await makeFiles();
  console.log(`${'page'.padEnd(26)}${column('first ms', 10)}${column('largest ms', 12)}${column('answered ms', 13)}${column('bytes', 10)}   median of ${rounds}, load ${loadavg()[0].toFixed(0)}`);
  const slow = [];
  for (const { name, file, open: reach } of [...doors, ...pages]) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    // A page that is reached by clicks is reached once; what is measured is its address. What a dialog or a wizard adds is not in it.
    await reach(page, server.url, files[file]);
    const state = doors.some((door) => door.name === name) ? nobody : somebody;
    const seen = [];
    for (let i = 0; i < rounds; i++) seen.push(await open(state, page.url()));
    const [first, largest, asked, wire] = ['first', 'largest', 'asked', 'wire'].map((key) => Math.round(middle(seen.map((x) => x[key]))));
    if (largest > 2500) slow.push(name);
    console.log(`${name.padEnd(26)}${column(first, 10)}${column(largest, 12)}${column(asked, 13)}${column(wire, 10)}`);
  }
  console.log(slow.length > 0 ? `later than 2,500 ms: ${slow.join(', ')}` : 'every page is painted within 2,500 ms');
} finally {
  await chromium.close();
  await server.stop();
}
