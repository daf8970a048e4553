// Opens every page of the demo company in en and he, wide and phone, light and dark, and saves pictures into shots/.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, person } from './browser.mjs';
import { behind } from './dialogs.mjs';
import { makeFiles } from './files.mjs';
import { doors, enter, expectNoError, pages } from './pages.mjs';
import { startServer } from './server.mjs';

const out = resolve(fileURLToPath(import.meta.url), '../../../shots');
const sizes = { wide: [1440, 900], laptop: [1280, 800], phone: [390, 844] };
const wanted = process.argv.slice(2);
const locales = (process.env.LOCALES ?? 'en,he').split(',');
const schemes = (process.env.SCHEMES ?? 'light,dark').split(',');
const widths = (process.env.SIZES ?? 'wide,phone').split(',');

await mkdir(out, { recursive: true });
// AT names a demo company that runs already: the pictures then cost no start.
const server = process.env.AT ? { url: process.env.AT, stop: () => undefined } : await startServer({ demo: true });
const chromium = await openBrowser();
const files = await makeFiles();
let taken = 0;
const failed = [];
try {
  for (const locale of locales) {
    for (const size of widths) {
      const [width, height] = sizes[size];
      const { context, page } = await person(chromium.browser, { locale, width, height });
      const shoot = async (list, room) => {
        for (const { name, file, open } of list) {
          if (wanted.length > 0 && !wanted.includes(name)) continue;
          try {
            await open(page, room, files[file]);
            await expectNoError(page, name);
            for (const scheme of schemes) {
              await page.evaluate((s) => document.documentElement.setAttribute('data-mantine-color-scheme', s), scheme);
              await page.screenshot({ path: join(out, `${name}-${locale}-${size}-${scheme}.png`), fullPage: true });
              taken++;
            }
            const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (wider > 1) failed.push(`${name}-${locale}-${size}: ${wider} px wider than the screen`);
          } catch (error) {
            failed.push(`${name}-${locale}-${size}: ${String(error).split('\n')[0]}`);
          }
          for (const fault of page.faults.splice(0)) failed.push(`${name}-${locale}-${size}: ${fault}`);
        }
      };
      await shoot(doors, server.url);
      await enter(page, server.url, 'admin');
      await shoot([...pages, ...behind], server.url);
      await context.close();
    }
  }
} finally {
  await chromium.close();
  await server.stop();
}
for (const line of failed) console.log(line);
console.log(`${taken} pictures in shots/, ${failed.length} faults`);
process.exit(failed.length > 0 ? 1 : 0);
