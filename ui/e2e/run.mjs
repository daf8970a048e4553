// A browser against the real binary, with a new instance and with the demo company. Words given on the command line choose walks.
import { accessibility } from './axe.mjs';
import { openBrowser } from './browser.mjs';
import { chartFiles } from './charts.mjs';
import { demoCompany } from './demo.mjs';
import { makeFiles } from './files.mjs';
import { run } from './harness.mjs';
import { keptChoices } from './kept.mjs';
import { newInstance } from './new.mjs';
import { pulses } from './pulses.mjs';
import { quarterlyReport } from './report.mjs';
import { rounds } from './rounds.mjs';
import { startServer } from './server.mjs';

const [fresh, demo, chromium] = await Promise.all([startServer({ demo: false }), startServer({ demo: true }), openBrowser()]);
const files = { en: await makeFiles('Branch'), he: await makeFiles('סניף'), demo: await makeFiles('Office') };
const world = { browser: () => chromium.browser, fresh: () => fresh, demo: () => demo, files: () => files };

newInstance(world);
demoCompany(world);
rounds(world);
pulses(world);
quarterlyReport(world);
keptChoices(world);
chartFiles(world);
accessibility(world);

let well = false;
try {
  well = await run(process.argv.slice(2));
} finally {
  await chromium.close();
  await Promise.all([fresh.stop(), demo.stop()]);
}
process.exit(well ? 0 : 1);
