// Walks on a new instance: the first administrator, a file with mistakes, the mended file, the report, undo.
import { readFile } from 'node:fs/promises';
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { settled, wizard } from './pages.mjs';

const password = 'correct horse battery staple';

async function signIn(page, base) {
  await page.goto(`${base}/sign-in`);
  await page.locator('input[type=email]').fill('dana@example.org');
  await page.locator('input[type=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.locator('nav').waitFor();
  await settled(page);
}

export function newInstance({ browser, fresh, files }) {
  walk('set-up: a wrong code is refused at the form, the right one makes the administrator', async () => {
    const { context, page } = await person(browser());
    await page.goto(fresh().url);
    await page.waitForURL(/\/setup$/);
    await page.locator('input[autocomplete="one-time-code"]').fill('wrong-code');
    await page.locator('input[autocomplete="name"]').fill('Dana Levi');
    await page.locator('input[type=email]').fill('dana@example.org');
    await page.locator('input[type=password]').fill(password);
    await page.locator('button[type=submit]').click();
    await page.locator('[role=alert]').waitFor();
    await page.locator('input[autocomplete="one-time-code"]').fill(fresh().code);
    await page.locator('button[type=submit]').click();
    await page.locator('nav').waitFor();
    await settled(page);
    same(new URL(page.url()).pathname, '/evidence', 'lands on');
    holds((await page.locator('a[href="/imports/new"]').count()) > 0, 'the first use leads to the import');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });

  walk('sign-in: a wrong password is refused, the right one leads back to the page that was asked for', async () => {
    const { context, page } = await person(browser());
    await page.goto(`${fresh().url}/teams`);
    await page.waitForURL(/\/sign-in/);
    await page.locator('input[type=email]').fill('dana@example.org');
    await page.locator('input[type=password]').fill('not the password');
    await page.locator('button[type=submit]').click();
    await page.locator('[role=alert]').waitFor();
    await page.locator('input[type=password]').fill(password);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/\/teams$/);
    await context.close();
  });

  for (const locale of ['en', 'he']) {
    walk(`import (${locale}): mistakes are listed with line and column, the mended file leads to the report`, async () => {
      const { context, page } = await person(browser(), { locale });
      const base = fresh().url;
      await signIn(page, base);
      await wizard(page, base, files()[locale].bad, 'check');
      const lines = await page.locator('tbody tr td:first-child').allInnerTexts();
      holds(lines.some((line) => line.includes('6')) && lines.some((line) => line.includes('11')), `lines 6 and 11 are named: ${lines.join(' | ')}`);
      same(await page.locator('[data-next]').count(), 0, 'buttons that would import a bad file');
      const saved = page.waitForEvent('download');
      await page.locator('section button', { hasText: locale === 'en' ? 'Download the bad rows' : 'הורדת השורות הפגומות' }).click();
      holds((await readFile(await (await saved).path(), 'utf8')).includes('seven'), 'the download holds what stood there');

      await wizard(page, base, files()[locale].good, 'result');
      same(await page.locator('[data-result]').getAttribute('data-result'), 'done', 'result');
      await page.locator('a[href="/evidence"]').last().click();
      await page.locator('[data-testid="matrix-ex_cx"]').waitFor();
      await settled(page);
      holds((await page.locator('tr[data-verdict]').count()) > 0, 'pairs are listed');
      await page.locator('tr[data-verdict] th a').first().click();
      await page.waitForURL(/\/evidence\/.+/);
      await settled(page);
      same(page.faults.join('\n'), '', 'faults');
      await context.close();
    });
  }

  walk('import: the same file again changes nothing; an import can be undone', async () => {
    const { context, page } = await person(browser());
    const base = fresh().url;
    await signIn(page, base);
    await wizard(page, base, files().he.good, 'check');
    same((await page.locator('[data-count="imported"] dd').innerText()).trim(), '0', 'new or changed');
    await page.goto(`${base}/imports`);
    await settled(page);
    await page.locator('tbody button').first().click();
    await page.locator('[role=dialog] button:not([data-variant=default])').last().click();
    await page.locator('[role=dialog]').waitFor({ state: 'detached' });
    await page.getByText('undone').first().waitFor();
    await context.close();
  });

  walk('grid: a block pasted from a spreadsheet is saved', async () => {
    const { context, page } = await person(browser());
    const base = fresh().url;
    await signIn(page, base);
    await page.goto(`${base}/figures`);
    await settled(page);
    await page.locator('input[dir=ltr]').first().fill('2026-Q1');
    await page.locator('[data-cell="0-0"]').focus();
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', '25\t7.1\n26\t7.3');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    same(await page.locator('[data-cell="1-1"]').inputValue(), '7.3', 'the block spreads');
    await page.locator('[data-save]').click();
    await page.locator('[data-tone=good]').waitFor();
    await context.close();
  });
}
