// The answer page on a slow phone: 1.6 Mbit/s, 150 ms to the server, a processor four times slower. What crosses the wire
// is held to its limit; how long it takes is measured and printed, since that depends on what else this machine does.
import { slowPhone } from './browser.mjs';
import { holds, walk } from './harness.mjs';

const rounds = 5;
const limit = 50 * 1024;

/** Opens the page with nothing kept from before and says what came over the wire and when it could be used. */
async function open(browser, url) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en' });
  const page = await context.newPage();
  const wire = await slowPhone(context, page);
  await page.goto(url, { waitUntil: 'load' });
  const times = await page.evaluate(() => {
    const [at] = performance.getEntriesByType('navigation');
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    return { paint: paint?.startTime ?? 0, usable: at.domContentLoadedEventEnd, done: at.loadEventEnd };
  });
  await context.close();
  return { wire: wire(), ...times };
}

export function phone({ browser }, address) {
  walk('answer page: light enough for a slow phone', async () => {
    const seen = [];
    for (let i = 0; i < rounds; i++) seen.push(await open(browser(), address()));
    const middle = (name) => Math.round(seen.map((x) => x[name]).sort((a, b) => a - b)[rounds >> 1]);
    console.log(`        slow phone: ${middle('wire')} bytes over the wire; painted ${middle('paint')} ms, usable ${middle('usable')} ms, complete ${middle('done')} ms (median of ${rounds})`);
    holds(seen.every((x) => x.wire > 1000 && x.wire <= limit), `over the wire: ${seen.map((x) => x.wire).join(', ')} bytes, at most ${limit}`);
  });
}
