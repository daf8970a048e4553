// Dialogs and pages behind a click, and what the server draws for people without an account.
import { at, settled } from './pages.mjs';

const head = (page) => page.locator('h1 >> xpath=../..').locator('button');
const section = (page, n) => page.locator('main section').nth(n).locator('button').first();

/** A dialog: the page it stands on and the button that opens it. */
const dialog = (name, path, button) => ({
  name,
  open: async (page, base) => {
    await at(path)(page, base);
    await button(page).click();
    await page.locator('[role=dialog]').waitFor();
    await settled(page);
  },
});

/** Goes on from a list to the first thing whose address begins like this. */
const first = (name, path, link, then) => ({
  name,
  open: async (page, base) => {
    await at(path)(page, base);
    await page.goto(base + (await page.locator(`main tbody a[href^="${link}"]`).first().getAttribute('href')));
    await settled(page);
    if (then) await then(page, base);
  },
});

const edit = async (page) => {
  await page.goto(`${page.url().split('?')[0]}/edit`);
  await settled(page);
};

const launch = async (page) => {
  await page.locator('[data-launch]').click();
  await page.locator('[role=dialog] form').waitFor();
  await settled(page);
};

/** A wave of the demo company's own programmes, answered and released. */
async function wave(page, base) {
  const { items } = await (await page.request.get(`${base}/api/v1/waves`)).json();
  await at(`/waves/${items.find((w) => !w.imported && w.state === 'purged').id}`)(page, base);
}

/** The answer form of a wave: open when one was launched, else closed. */
async function form(page, base) {
  const { items } = await (await page.request.get(`${base}/api/v1/waves`)).json();
  await at((items.find((w) => w.state === 'open' && !w.rehearsal) ?? items.find((w) => !w.imported)).link)(page, base);
}

export const behind = [
  first('programme', '/pulses', '/pulses/'),
  first('programme-launch', '/pulses', '/pulses/', launch),
  first('programme-edit', '/pulses', '/pulses/', edit),
  first('case', '/cases', '/cases/'),
  first('proposal-edit', '/invest', '/invest/', edit),
  { name: 'wave', open: wave },
  { name: 'initiative-new', open: at('/initiatives/new') },
  { name: 'report-unknown', open: at('/reports/1999-Q1') },
  { name: 'pair-unknown', open: at('/evidence/none') },
  { name: 'metric-unknown', open: at('/catalogue/none') },
  dialog('subscribe', '/actions', (page) => page.locator('[data-subscribe]')),
  dialog('team-new', '/teams', (page) => head(page).last()),
  dialog('metric-new', '/catalogue', (page) => head(page).last()),
  dialog('level-new', '/goals', (page) => head(page).last()),
  dialog('journey-new', '/journeys', (page) => head(page).last()),
  dialog('person', '/access', (page) => page.locator('tbody button').first()),
  dialog('key-new', '/access', (page) => page.locator('main section').last().locator('button').first()),
  dialog('webhook-new', '/alerts', (page) => page.locator('main section').last().locator('button').first()),
  dialog('touchpoint-new', '/collect', (page) => section(page, 1)),
  dialog('job-history', '/jobs', (page) => page.locator('tbody tr').first().locator('button').last()),
  dialog('library', '/pulses/new', (page) => page.locator('[data-library]')),
  {
    name: 'chart-files',
    open: async (page, base) => {
      await at('/cx')(page, base);
      await page.locator('main button[aria-haspopup=menu]').first().click();
      await page.locator('[role=menuitem]').first().waitFor();
      await settled(page);
    },
  },
  { name: 'answer-form', open: form },
  { name: 'answer-nowhere', open: at('/p/nowhere') },
  { name: 'question-nowhere', open: at('/s/nowhere') },
  { name: 'solved-nowhere', open: at('/solved/nowhere') },
  { name: 'unsubscribe-nowhere', open: at('/unsubscribe/nowhere?t=x') },
  { name: 'statement', open: at('/api/v1/anonymity-statement') },
];
