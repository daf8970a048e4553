import { locales, type Locale } from '@/i18n/locale';
import type { Texts } from '@/i18n';

// Only tests ask for every text of every language at once.
const files = import.meta.glob<unknown>('../i18n/locales/*/*.json', { import: 'default', eager: true });

/** Every text, by language and feature. */
export const catalogs = Object.fromEntries(locales.map((locale) => [locale, of(locale)])) as Record<Locale, Record<string, unknown>>;

function of(locale: Locale): Record<string, unknown> {
  const folder = `../i18n/locales/${locale}/`;
  return Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => path.startsWith(folder))
      .map(([path, texts]) => [path.slice(folder.length, -'.json'.length), texts]),
  );
}

export const allTexts = Object.keys(catalogs.en) as Texts[];
