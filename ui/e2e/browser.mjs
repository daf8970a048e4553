import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Opens a browser with a profile of its own, which goes when it is closed. */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), 'rapport-browser-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
  const browser = context.browser();
  return {
    browser,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** A fresh person: own cookies, own language, own colours. */
export async function person(browser, { locale = 'en', scheme = 'light', width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, locale: locale === 'he' ? 'he-IL' : locale === 'pl' ? 'pl-PL' : 'en-GB', timezoneId: 'Europe/Warsaw',
    colorScheme: scheme, reducedMotion: 'reduce', acceptDownloads: true,
  });
  await context.addInitScript(
    ([l, s]) => {
      localStorage.setItem('rapport.locale', l);
      localStorage.setItem('rapport.scheme', s);
    },
    [locale, scheme],
  );
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) page.faults.push(message.text());
  });
  return { context, page };
}

/**
 * Puts a page on a slow phone: 1.6 Mbit/s, 150 ms to the server, a processor four times slower. What it gives says how many
 * bytes came over the wire so far.
 */
export async function slowPhone(context, page) {
  const devtools = await context.newCDPSession(page);
  let wire = 0;
  devtools.on('Network.loadingFinished', (e) => (wire += e.encodedDataLength));
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 100_000 });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return () => wire;
}
