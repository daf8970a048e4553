// axe on every page in three languages, light and dark: no violation; and on a phone no page scrolls sideways.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { person } from './browser.mjs';
import { behind } from './dialogs.mjs';
import { same, walk } from './harness.mjs';
import { doors, enter, expectNoError, furnish, pages } from './pages.mjs';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function violations(page, rules) {
  // Once per document; and details only of what is wrong: axe else describes each element of a page for each rule it keeps.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async (only) => {
    const found = await window.axe.run(document, { resultTypes: ['violations'], ...(only && { runOnly: { type: 'rule', values: only } }) });
    return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`);
  }, rules);
}

async function audit(page, name, found) {
  const scheme = (s) => page.evaluate((value) => document.documentElement.setAttribute('data-mantine-color-scheme', value), s);
  await scheme('light');
  for (const v of await violations(page)) found.push(`${name}, light: ${v}`);
  // Only contrast depends on the colours.
  await scheme('dark');
  for (const v of await violations(page, ['color-contrast'])) found.push(`${name}, dark: ${v}`);
  await scheme('light');
}

/** At 360 px nothing runs out of the page in any language: what is wider scrolls in its own frame. */
async function fits(page, name, found) {
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: 360, height });
  const wider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  // Pictures are drawn anew for the width; only what stays too wide counts.
  await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1, undefined, { timeout: 60_000 }).catch(() => undefined);
  if ((await wider()) > 1) found.push(`${name}: ${await wider()} px wider than a phone`);
  await page.setViewportSize({ width, height });
}

// An error says on which page it happened and what stood there.
async function visit(page, name, open) {
  try {
    await open();
  } catch (error) {
    const text = await page.locator('body').innerText();
    throw new Error(`${name}: ${error.message}\n${text.slice(0, 400)}\n${page.faults.join('\n')}`, { cause: error });
  }
}

const locales = ['en', 'he', 'pl'];

/** Goes through the pages with two tabs of two people at once: a tab has one processor. Each takes the next page that waits. */
async function together(open, pagesWaiting, found) {
  const waiting = [...pagesWaiting];
  await Promise.all(
    [0, 1].map(async () => {
      const { page, close } = await open();
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await visit(page, next.name, () => next.go(page));
        await audit(page, next.name, found);
        await fits(page, next.name, found);
      }
      same(page.faults.join('\n'), '', 'faults');
      await close();
    }),
  );
}

export function accessibility({ browser, demo, files }) {
  for (const [turn, locale] of locales.entries()) {
    // Every page in every language. What stands behind a click is made of the same parts: each in one language, in turn.
    const all = [...pages, ...behind.filter((_, i) => i % locales.length === turn)];
    walk(`axe (${locale}): no violation on any page, light and dark`, async () => {
      const found = [];
      const tab = async () => {
        const { context, page } = await person(browser(), { locale });
        context.setDefaultTimeout(120_000); // two at once, on a machine that may have more to do
        return { page, close: () => context.close() };
      };
      await together(tab, doors.map(({ name, open }) => ({ name, go: (page) => open(page, demo().url) })), found);
      // Some pages make what they show, once: two tabs do not make it twice.
      const first = await tab();
      await enter(first.page, demo().url, 'admin');
      await furnish(first.page, demo().url);
      await first.close();
      const signedIn = async () => {
        const t = await tab();
        await enter(t.page, demo().url, 'admin');
        return t;
      };
      const opened = ({ name, file, open }) => async (page) => {
        await open(page, demo().url, files().demo[file]);
        await expectNoError(page, name);
      };
      await together(signedIn, all.map((x) => ({ name: x.name, go: opened(x) })), found);
      same(found.join('\n        '), '', 'violations');
    });
  }
}
