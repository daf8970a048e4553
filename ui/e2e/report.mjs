// The page of a quarter carries the figures of the API, cell by cell, in three languages; two sentences stand above the fold.
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { enter, report } from './pages.mjs';

export function quarterlyReport({ browser, demo }) {
  walk('report: a PDF that cannot be had now says why and how to get it', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'executive');
    await report(page, demo().url, '/reports');
    const problem = { type: 'about:blank', title: 'Not available now', status: 503, code: 'pdf_unavailable', detail: 'no browser was found on the server' };
    await page.route('**/pdf?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }));
    await page.locator('[data-file=pdf]').click();
    await page.getByText(problem.detail).waitFor();
    await page.unroute('**/pdf?*');
    const saved = page.waitForEvent('download');
    await page.locator('[data-file=xlsx]').click();
    holds(/^rapport-\d{4}-Q\d\.xlsx$/.test((await saved).suggestedFilename()), 'the workbook is saved by its name');
    same(page.faults.filter((f) => !f.includes('status of 503')).join('\n'), '', 'faults');
    await context.close();
  });

  walk('report: an administrator closes a quarter again from its page, an executive is not asked to', async () => {
    const executive = await person(browser());
    await enter(executive.page, demo().url, 'executive');
    await report(executive.page, demo().url, '/reports');
    await executive.page.locator('[data-file=pdf]').waitFor();
    same(await executive.page.locator('[data-again]').count(), 0, 'buttons for the executive');
    await executive.context.close();
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'admin');
    await report(page, demo().url, '/reports');
    await page.locator('[data-again]').click();
    let asked;
    await page.route('**/jobs/close-quarter/runs', (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      asked = route.request().postDataJSON();
      return route.fulfill({ status: 202, contentType: 'application/json', body: JSON.stringify({ id: 'x', kind: 'job', state: 'running', started_at: new Date().toISOString() }) });
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Close again' }).click();
    await page.waitForURL(/\/jobs$/);
    holds(/^\d{4}-(03-31|06-30|09-30|12-31)$/.test(asked.as_of), `as of the quarter's last day: ${asked.as_of}`);
    await context.close();
  });

  walk('report: printed from a dark page it is dark on white, and no column is cut off', async () => {
    const { context, page } = await person(browser(), { scheme: 'dark' });
    await enter(page, demo().url, 'executive');
    await report(page, demo().url, '/reports');
    await page.locator('[data-section=methods] tbody tr').first().waitFor();
    const lead = page.locator('[data-headline] p').first();
    const ink = () => lead.evaluate((p) => Math.max(...getComputedStyle(p).color.match(/\d+/g).map(Number)));
    holds((await ink()) > 128, 'light on dark on the screen');
    await page.setViewportSize({ width: 680, height: 960 }); // A4 without its margins
    await page.emulateMedia({ media: 'print' });
    holds((await ink()) < 128, 'dark on paper');
    const cut = await page.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => e.getClientRects().length && e.getBoundingClientRect().right > 681).map((e) => `${e.tagName} ${e.textContent.slice(0, 40)}`));
    same(cut.join('\n'), '', 'beyond the edge of the paper');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });

  for (const locale of ['en', 'he', 'pl']) {
    walk(`report (${locale}): the page says what the API says`, async () => {
      const { context, page } = await person(browser(), { locale });
      await enter(page, demo().url, 'executive');
      await report(page, demo().url, '/reports');
      const lead = page.locator('[data-headline]');
      await lead.waitFor();
      const box = await lead.boundingBox();
      holds(box.y + box.height < page.viewportSize().height, 'the answer is seen without scrolling');
      const told = await page.evaluate(async (l) => (await fetch('/api/v1/reports/latest', { headers: { 'Accept-Language': l } })).json(), locale);
      same((await lead.locator('p').allInnerTexts()).join('\n'), told.headline.join('\n'), 'headline');
      const shown = await page.evaluate(() =>
        [...document.querySelectorAll('[data-section]')].flatMap((s) => [...s.querySelectorAll('tbody tr')].map((r) => `${s.dataset.section}: ${[...r.children].map((c) => c.querySelector('bdi')?.textContent ?? '').join(' | ')}`)),
      );
      const want = told.sections.flatMap((s) => s.tables.flatMap((t) => t.rows.map((r) => `${s.id}: ${r.map((c) => (c.spark ? '' : c.text)).join(' | ')}`)));
      holds(want.length > 60, 'there are rows to compare');
      same(shown.join('\n'), want.join('\n'), 'cells');
      same(page.faults.join('\n'), '', 'faults');
      await context.close();
    });
  }
}
