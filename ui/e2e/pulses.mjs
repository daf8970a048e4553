// HR builds a pulse from the library, rehearses it and launches it; people answer in Hebrew and Polish, with and without
// JavaScript, offline and again; the works council runs the audit.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { enter, settled } from './pages.mjs';
import { phone } from './phone.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function pulses({ browser, demo }) {
  let answerPage = '';
  let codes = [];

  walk('pulse: HR builds a programme from the library, rehearses it and opens the results', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'hr');
    await page.goto(`${demo().url}/pulses/new`);
    await settled(page);
    await page.locator('[data-save]').click();
    await page.locator('[data-tone=warn]').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Pulse of the branches');
    await page.locator('[data-library]').click();
    await page.locator('[data-index]').click();
    for (const words of ['My manager notices', 'I can find the information', 'How likely', 'What one thing']) await page.locator('[role=dialog]').getByLabel(words, { exact: false }).first().check();
    await page.locator('[data-done]').click();
    holds((await page.locator('aside').getByText('I am proud to work here.').count()) === 1, 'the phone shows the question');
    await page.getByLabel('Help contacts').fill('Night line 116 123');
    await page.locator('[data-save]').click();
    await page.waitForURL(/\/pulses\/(?!new)[^/]+$/);
    await page.locator('[data-rehearse]').click();
    await page.waitForURL(/\/waves\//);
    await page.locator('tbody tr').nth(10).waitFor();
    holds((await page.locator('[data-standing]').count()) > 10, 'the heat map has figures');
    same(await page.locator('thead th', { hasText: 'Care received' }).count(), 0, 'drivers are folded');
    await page.locator('button[aria-expanded=false]', { hasText: 'Emotional' }).click();
    holds((await page.locator('thead th', { hasText: 'Care received' }).count()) === 1, 'a side opens into its drivers');
    const saved = page.waitForEvent('download');
    await page.locator('[data-xlsx]').click();
    holds((await readFile(await (await saved).path())).subarray(0, 2).toString() === 'PK', 'the workbook is saved');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });

  walk('pulse: HR reads the checks, launches a wave and prints codes', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'hr');
    await page.goto(`${demo().url}/pulses`);
    await page.getByRole('link', { name: 'Pulse of the branches', exact: true }).first().click();
    await page.locator('[data-launch]').click();
    await page.locator('[data-checks] li').first().waitFor();
    await page.getByLabel('Who keys in paper answers').fill('Edda Sadler');
    await page.getByRole('button', { name: 'Launch now' }).click();
    await page.waitForURL(/\/waves\//);
    await settled(page);
    const wave = page.url().split('/').at(-1);
    answerPage = `${demo().url}/p/${wave}`;
    await page.goto(`${demo().url}/api/v1/waves/${wave}/codes`);
    codes = await page.locator('.code').allInnerTexts();
    holds(codes.length > 100, 'a slip for each person without a mailbox');
    await context.close();
  });

  phone({ browser }, () => `${answerPage}#${codes[9]}`);

  for (const [n, locale] of ['en', 'he', 'pl'].entries()) {
    walk(`answer page (${locale}): reads well, keeps a draft, waits for the connection, may be changed`, async () => {
      const context = await browser().newContext({ viewport: { width: 390, height: 844 }, locale, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${answerPage}#${codes[n]}`);
      same(await page.evaluate(() => document.documentElement.lang), locale, 'language');
      holds((await page.getByText('Edda Sadler').count()) === 1 && (await page.getByText('Night line 116 123').count()) >= 1, 'who keys in paper, who helps');
      await page.evaluate(axe);
      const found = await page.evaluate(async () => (await window.axe.run()).violations.map((v) => v.id));
      same(found.join(), '', 'axe');
      const sets = page.locator('fieldset.question');
      for (let i = 0; i < (await sets.count()); i++) {
        await sets.nth(i).locator('input').first().focus();
        await page.keyboard.press('Space');
      }
      await page.locator('textarea').first().fill('Mehr Licht · יותר אור · więcej światła');
      await page.locator('.languages a:not([aria-current])').first().click();
      await page.waitForURL(/lang=/);
      holds(await page.locator('#code-field').isHidden(), 'another language keeps the personal link');
      same(await page.locator('textarea').first().inputValue(), 'Mehr Licht · יותר אור · więcej światła', 'the draft in another language');
      await page.goBack();
      await page.reload();
      same(await page.locator('textarea').first().inputValue(), 'Mehr Licht · יותר אור · więcej światła', 'the draft');
      await context.setOffline(true);
      await page.locator('button[type=submit]').press('Enter');
      await page.locator('#problem:not([hidden])').waitFor();
      await context.setOffline(false);
      await page.locator('#sent:not([hidden])').waitFor();
      await page.reload();
      await page.locator('textarea').first().fill('changed');
      await page.locator('button[type=submit]').click();
      await page.locator('#sent:not([hidden])').waitFor();
      await context.close();
    });
  }

  walk('answer page: works without JavaScript, by a typed code; the same code answers once', async () => {
    const context = await browser().newContext({ viewport: { width: 390, height: 844 }, locale: 'pl', javaScriptEnabled: false });
    const page = await context.newPage();
    for (const expected of [200, 409]) {
      await page.goto(answerPage);
      await page.locator('input[name=code]').fill(codes[5]);
      const sets = page.locator('fieldset.question');
      for (let i = 0; i < (await sets.count()); i++) await sets.nth(i).locator('input').last().check();
      const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), page.locator('button[type=submit]').click()]);
      same(answer.status(), expected, 'status');
    }
    await context.close();
  });

  walk('anonymity: the works council runs the audit and prints the statement', async () => {
    const { context, page } = await person(browser(), { locale: 'pl' });
    await enter(page, demo().url, 'auditor');
    await page.locator('a[href="/anonymity"]').click();
    await page.locator('[data-run]').click();
    // every role asks every read route about every wave of the demo company: minutes on a busy machine
    await page.locator('tbody tr').nth(9).waitFor({ timeout: 900_000 });
    same(await page.locator('tbody td', { hasText: '✓' }).count(), 10, 'mutants caught');
    holds((await page.locator('[data-tone=good]').count()) >= 1, 'nothing is derivable');
    holds((await page.locator('[data-crawl] dd').first().innerText()) === 'nic', 'the attack on the running program found nothing');
    await page.goto(`${demo().url}/api/v1/anonymity-statement`);
    holds((await page.locator('li').count()) >= 5, 'the statement');
    await context.close();
  });
}
