// Walks through the demo company: roles, evidence, pair, languages, offline, the weight of the first page.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { enter, settled } from './pages.mjs';

const LIMIT = 250 * 1024;

export function demoCompany({ browser, demo }) {
  for (const role of ['executive', 'lead', 'hr', 'cx', 'auditor', 'admin']) {
    walk(`demo: one click as ${role} lands on that role's home`, async () => {
      const { context, page } = await person(browser());
      await enter(page, demo().url, role);
      const session = await page.evaluate(async () => (await fetch('/api/v1/session')).json());
      same(session.user.role, role, 'role');
      same(new URL(page.url()).pathname, session.home, 'lands on');
      same(await page.locator('nav a[href="/access"]').count(), role === 'admin' ? 1 : 0, 'links to people and access');
      same(page.faults.join('\n'), '', 'faults');
      await context.close();
    });
  }

  for (const locale of ['en', 'he']) {
    walk(`evidence (${locale}): from the matrix to the pair, table view, rows as CSV`, async () => {
      const { context, page } = await person(browser(), { locale });
      await enter(page, demo().url, 'executive');
      await page.goto(`${demo().url}/evidence`);
      await settled(page);
      same(await page.evaluate(() => document.documentElement.dir), locale === 'he' ? 'rtl' : 'ltr', 'direction');
      await page.locator('[data-testid^="matrix-"] a[data-verdict="supported"]').first().click();
      await page.waitForURL(/\/evidence\/.+/);
      await settled(page);
      holds((await page.locator('svg[data-chart]').count()) >= 3, 'pictures are drawn');
      same(await page.locator('svg[data-chart]').first().evaluate((svg) => getComputedStyle(svg).direction), 'ltr', 'direction of a picture');
      await page.locator('.mantine-SegmentedControl-label').nth(1).click();
      holds((await page.locator('#views tbody tr').count()) >= 20, 'the figures stand in the table');
      const saved = page.waitForEvent('download');
      await page.locator('h1 >> xpath=../..').locator('button:not([data-subscribe])').click();
      holds((await readFile(await (await saved).path(), 'utf8')).split('\n').length > 20, 'the rows are saved');
      same(page.faults.join('\n'), '', 'faults');
      await context.close();
    });
  }

  walk('evidence: a filter stands in the address and survives a reload', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'executive');
    await page.goto(`${demo().url}/evidence`);
    await settled(page);
    const all = await page.locator('tr[data-verdict]').count();
    await page.locator('fieldset').first().locator('button').nth(1).click();
    await page.waitForURL(/pairs=/);
    const some = await page.locator('tr[data-verdict]').count();
    holds(some > 0 && some < all, `the filter narrows the list (${some} of ${all})`);
    await page.reload();
    await settled(page);
    same(await page.locator('tr[data-verdict]').count(), some, 'pairs after the reload');
    await context.close();
  });

  walk('evidence: the list shows its beginning; all of it is one click away, in the address and on paper', async () => {
    const { context, page } = await person(browser(), { width: 390, height: 844 });
    await enter(page, demo().url, 'executive');
    await page.goto(`${demo().url}/evidence`);
    await settled(page);
    const rows = page.locator('tr[data-verdict]');
    const seen = () => rows.evaluateAll((all) => all.filter((row) => row.getClientRects().length > 0).length);
    const all = await rows.count();
    same(await seen(), 20, 'rows at first');
    await page.emulateMedia({ media: 'print' });
    same(await seen(), all, 'rows on paper');
    await page.emulateMedia({ media: null });
    await page.locator('[data-more=list]').click();
    await page.waitForURL(/all=list/);
    same(await seen(), all, 'rows after the click');
    await page.reload();
    await settled(page);
    same(await seen(), all, 'rows after the reload');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });

  walk('language: chosen in the bar, turns the page round, and is still there after a reload', async () => {
    const context = await browser().newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await enter(page, demo().url, 'executive');
    await page.locator('header button[aria-haspopup="menu"]').first().click();
    await page.locator('[role=menuitem][lang=he]').click();
    await page.waitForFunction(() => document.documentElement.dir === 'rtl');
    await page.reload();
    await settled(page);
    same(await page.evaluate(() => document.documentElement.lang), 'he', 'language');
    await context.close();
  });

  walk('initiative: a second line for the same money is refused with the reason', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'admin');
    await page.goto(`${demo().url}/initiatives`);
    await settled(page);
    await page.locator('tbody th a[href^="/initiatives/"]').first().click();
    await page.waitForURL(/\/initiatives\/[^/]+$/);
    await page.goto(`${page.url()}/edit`);
    await settled(page);
    for (const name of ['Fewer calls', 'Fewer calls once more']) {
      await page.getByRole('button', { name: 'Add a benefit' }).click();
      await page.getByLabel('Name', { exact: true }).last().fill(name);
      await page.getByLabel('Where the price comes from').last().fill('Controlling');
    }
    await page.getByRole('button', { name: /^Save/ }).click();
    const refused = page.locator('main [data-tone=bad]');
    await refused.waitFor();
    const words = await refused.innerText();
    holds(words.includes('would count the same money'), `the reason is told: ${words}`);
    holds(words.includes('Fewer calls once more'), 'the line is named');
    await context.close();
  });

  walk('offline: the page says so, and goes on when the connection is back', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'executive');
    await context.setOffline(true);
    await page.locator('[data-tone=warn][role=status]').waitFor();
    await context.setOffline(false);
    await page.locator('[data-tone=warn][role=status]').waitFor({ state: 'detached' });
    await context.close();
  });

  walk('signing out ends the session', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'hr');
    await page.locator('header button').last().click();
    await page.locator('[role=menuitem]').last().click();
    await page.waitForURL(/\/sign-in$/);
    await page.goto(`${demo().url}/employees`);
    await page.waitForURL(/\/sign-in/);
    await context.close();
  });

  walk('the first page weighs at most 250 KB', async () => {
    const { context, page } = await person(browser());
    const bodies = [];
    page.on('response', (answer) => bodies.push(answer.body().then((body) => [answer.url(), body]).catch(() => undefined)));
    await page.goto(`${demo().url}/sign-in`);
    await page.locator('button[data-role]').first().waitFor();
    await page.waitForLoadState('networkidle');
    const loaded = (await Promise.all(bodies)).filter((x) => x !== undefined);
    const weight = loaded.reduce((sum, [url, body]) => sum + (/\.woff2$/.test(url) ? body.length : gzipSync(body).length), 0);
    holds(weight <= LIMIT, `${Math.round(weight / 1024)} KB`);
    console.log(`        ${Math.round(weight / 1024)} KB compressed, ${loaded.length} files`);
    await context.close();
  });
}
