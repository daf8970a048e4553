// What a person chooses on a page stands in its address: the copied link shows somebody else the same, and letters about it can be ordered.
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { enter, settled } from './pages.mjs';

/** Pages of the demo company with a choice on them: choose does it, read says what is seen. */
const choices = [
  { path: '/goals', choose: (page) => page.locator('main select').first().selectOption({ index: 2 }), read: (page) => page.locator('main select').first().inputValue(), key: 'team' },
  { path: '/actions', choose: (page) => page.locator('.mantine-SegmentedControl-label').nth(1).click(), read: (page) => page.locator('main input[type=radio]:checked').inputValue(), key: 'state' },
  { path: '/teams', choose: (page) => page.locator('main input[type=search]').fill('a'), read: (page) => page.locator('main tbody tr').count(), key: 'q' },
  { path: '/evidence', choose: (page) => page.locator('fieldset').first().locator('button').nth(1).click(), read: (page) => page.locator('tr[data-verdict]').count(), key: 'pairs' },
];

export function keptChoices({ browser, demo }) {
  for (const { path, choose, read, key } of choices) {
    walk(`links: what is chosen on ${path} stands in the address`, async () => {
      const { context, page } = await person(browser());
      await enter(page, demo().url, 'admin');
      await page.goto(demo().url + path);
      await settled(page);
      await choose(page);
      await page.waitForURL((url) => url.searchParams.has(key));
      await settled(page);
      const seen = await read(page);
      const other = await context.newPage();
      await other.goto(page.url());
      await settled(other);
      same(await read(other), seen, 'what the link shows');
      same(page.faults.join('\n'), '', 'faults');
      await context.close();
    });
  }

  walk('subscription: ordered on a page, listed under alerts, ended there', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'executive');
    await page.goto(`${demo().url}/evidence?pairs=tested`);
    await settled(page);
    await page.locator('[data-subscribe]').click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('select').first().selectOption('monthly');
    await dialog.locator('button[type=submit]').click();
    await dialog.locator('[data-tone=good]').waitFor();
    await page.goto(`${demo().url}/alerts`);
    await settled(page);
    const link = page.locator('main a[href="/evidence?pairs=tested"]');
    same(await link.count(), 1, 'in the list with its filters');
    const item = page.locator('main li', { has: page.locator('a[href="/evidence?pairs=tested"]') });
    same(await item.locator('select').inputValue(), 'monthly', 'when');
    await item.locator('button').last().click();
    await link.waitFor({ state: 'detached' });
    holds((await page.locator('main [data-tone=bad]').count()) === 0, 'no fault is shown');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });
}
