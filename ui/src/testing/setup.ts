import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeAll, vi } from 'vitest';
import { startI18n, want } from '@/i18n';
import { allTexts } from './catalogs';

// jsdom has neither; Mantine asks for both.
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false, media: query, onchange: null, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {}, dispatchEvent: () => false,
}));
vi.stubGlobal('ResizeObserver', class {
  observe() {}
  unobserve() {}
  disconnect() {}
});

// A busy machine is no fault of the code: what is waited for may take its time.
configure({ asyncUtilTimeout: 60_000 });

beforeAll(async () => {
  await startI18n('en');
  await want(...allTexts);
});
afterEach(cleanup);
