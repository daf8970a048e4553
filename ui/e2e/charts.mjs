// Every chart gives its figures and its picture, whether it is a drawing, a picture of a stored report, or a table with
// bands in it; a chart that stands as a table does so for whoever opens the link, and gives its picture still.
import { readFile } from 'node:fs/promises';
import { person } from './browser.mjs';
import { holds, same, walk } from './harness.mjs';
import { enter, settled } from './pages.mjs';

const places = [
  { path: '/my-team', charts: 3 },
  { path: '/evidence', charts: 3 },
  { path: '/returns', charts: 3 },
  { path: '/reports', charts: 2 },
  { path: '/goals', charts: 1 },
  { path: '/customers', charts: 2 },
  { path: '/journeys', charts: 1 },
];

async function saved(page, button, item) {
  await button.click();
  const download = page.waitForEvent('download');
  await page.locator('[role=menuitem]').nth(item).click();
  const file = await download;
  const bytes = await readFile(await file.path());
  await page.locator('[role=menuitem]').first().waitFor({ state: 'detached' });
  return { name: file.suggestedFilename(), bytes };
}

export function chartFiles({ browser, demo }) {
  walk('charts: CSV, SVG and PNG of each kind of chart', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'executive');
    for (const { path, charts } of places) {
      await page.goto(demo().url + path);
      await settled(page);
      const menus = page.locator('main button[aria-label^="Download"]');
      await menus.first().waitFor();
      holds((await menus.count()) >= charts, `${path}: ${await menus.count()} charts have files`);
      for (const menu of [menus.first(), menus.last()]) {
        const csv = await saved(page, menu, 0);
        holds(csv.name.endsWith('.csv') && csv.bytes.toString().trim().split('\n').length > 1, `${path}: ${csv.name} has rows`);
        const svg = await saved(page, menu, 1);
        holds(svg.name.endsWith('.svg') && svg.bytes.toString().startsWith('<svg') && !svg.bytes.toString().includes('var(--'), `${path}: ${svg.name} stands alone`);
        const png = await saved(page, menu, 2);
        same(png.bytes.subarray(1, 4).toString(), 'PNG', `${path}: ${png.name}`);
        holds(png.bytes.length > 2000, `${path}: ${png.name} is no empty picture (${png.bytes.length} bytes)`);
      }
    }
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });

  walk('charts: one that stands as a table does so for whoever opens the link', async () => {
    const { context, page } = await person(browser());
    await enter(page, demo().url, 'executive');
    await page.goto(`${demo().url}/my-team`);
    await settled(page);
    await page.locator('main .mantine-SegmentedControl-label').nth(1).click();
    await page.waitForURL(/tables=/);
    const rows = await page.locator('main table tbody tr').count();
    const other = await context.newPage();
    await other.goto(page.url());
    await settled(other);
    same(await other.locator('main table tbody tr').count(), rows, 'rows');
    const svg = await saved(other, other.locator('main button[aria-label^="Download"]').first(), 1);
    holds(svg.bytes.toString().includes('<path'), 'its drawing can be saved nevertheless');
    same(page.faults.join('\n'), '', 'faults');
    await context.close();
  });
}
