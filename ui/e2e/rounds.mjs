// How many ways there and back a page costs before it can be drawn, without a clock: all its files are named in the answer to
// its own address, what it asks first has been asked before the program ran, and what it weighs is held to a limit.
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { enter, pages, settled } from './pages.mjs';

/** Files that come after the page stands, when they are needed or nothing else is under way. */
const later = /\/(TableFiles|DialogSheet|subscriptions)-/;

// Scripts and styles of one page as they cross the wire: little more than a second of a slow phone's line.
const LIMIT = 210 * 1024;

/** Opens an address and says what the browser fetched, and what was asked early and by nobody. */
async function opened(page, address) {
  const html = await (await page.goto(address)).text();
  await settled(page);
  await page.waitForLoadState('networkidle');
  const files = await page.evaluate(() => performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((path) => /^\/assets\/.*\.(js|css)$/.test(path)));
  const early = await page.evaluate(() => JSON.parse(document.querySelector('script[data-asks]').dataset.asks).length);
  const left = await page.evaluate(() => Object.keys(window.askedEarly ?? {}));
  return { unnamed: files.filter((file) => !html.includes(file.slice(1)) && !later.test(file)), count: files.length, left, early };
}

export function rounds({ browser, demo }) {
  walk('one round: every page names its files and asks its questions with its own answer', async () => {
    const list = await (await fetch(`${demo().url}/ahead.json`)).json();
    const { context, page } = await person(browser());
    const door = await opened(page, `${demo().url}/sign-in`);
    same(door.unnamed.join(), '', 'files the sign-in page found out later');
    holds(door.count >= 5, `the sign-in page fetched ${door.count} files`);
    await enter(page, demo().url, 'admin');
    const wrong = [];
    for (const { path } of list.pages) {
      if (path === '' || path.includes(':') || list.doors.includes(path)) continue;
      const { unnamed, left } = await opened(page, demo().url + path);
      if (unnamed.length > 0) wrong.push(`${path} found out later that it needs ${unnamed.join(', ')}`);
      if (left.length > 0) wrong.push(`${path} never takes the answer to ${left.join(', ')} (src/app/asked.ts)`);
    }
    // Pages about one thing, as they are linked to, with what only changes how they are drawn.
    for (const name of ['pair-table', 'survey-results', 'case', 'touchpoint']) {
      await pages.find((p) => p.name === name).open(page, demo().url);
      const { pathname, search } = new URL(page.url());
      const { unnamed, left, early } = await opened(page, page.url());
      if (unnamed.length > 0) wrong.push(`${pathname}${search} found out later that it needs ${unnamed.join(', ')}`);
      if (left.length > 0) wrong.push(`${pathname}${search} never takes the answer to ${left.join(', ')} (src/app/asked.ts)`);
      holds(early > 1, `${pathname}${search} asks nothing early`);
    }
    same(wrong.join('\n'), '', 'pages');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });

  walk('one round: no page weighs more than a slow phone fetches in little more than a second', async () => {
    const { pages: all } = await (await fetch(`${demo().url}/ahead.json`)).json();
    const html = await (await fetch(`${demo().url}/sign-in`)).text();
    const anyway = [...html.matchAll(/<script type="module"[^>]* src="\/(.+?)"|<link rel="stylesheet" crossorigin href="\/(assets\/.+?)"/g)].map((m) => m[1] ?? m[2]);
    const known = new Map();
    const weigh = async (file) => {
      if (!known.has(file)) {
        const answer = await fetch(`${demo().url}/${file}`, { headers: { 'Accept-Encoding': 'br' } });
        holds(answer.ok, `${file} is there`);
        known.set(file, Number(answer.headers.get('content-length')) || (await answer.arrayBuffer()).byteLength);
      }
      return known.get(file);
    };
    let most = { path: '', weight: 0 };
    for (const { path, scripts, styles, words } of all) {
      let weight = 0;
      for (const file of [...anyway, ...scripts, ...styles, ...words.he]) weight += await weigh(file);
      if (weight > most.weight) most = { path, weight };
    }
    holds(most.weight > 100_000 && most.weight <= LIMIT, `${most.path}: ${Math.round(most.weight / 1024)} KB`);
    console.log(`        the heaviest is ${most.path}: ${Math.round(most.weight / 1024)} KB`);
  });
}
