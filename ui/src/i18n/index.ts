import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { browserLocale, directionOf, rememberedLocale, rememberLocale, type Locale } from './locale';
import type { catalog } from './locales/en';

/** The words of one feature: a file of this name in each language's folder. */
export type Texts = keyof typeof catalog;

// Each language of each feature is a chunk of its own: nobody loads what they do not read.
const files = import.meta.glob<Record<string, unknown>>('./locales/*/*.json', { import: 'default' });

/** What every page needs: the frame around it and the words all features share. */
const everywhere: Texts[] = ['app', 'words'];

// What pages have asked for so far: a change of language must bring all of it.
const wanted = new Set<Texts>(everywhere);

/** Makes the words of features ready in one language; also for a page that shows several languages at once. */
export async function load(locale: Locale, texts: readonly Texts[]): Promise<void> {
  await Promise.all(
    texts.map(async (name) => {
      if (i18next.hasResourceBundle(locale, name)) return;
      const read = files[`./locales/${locale}/${name}.json`];
      if (!read) throw new Error(`there is no ${name}.json in ${locale}`);
      i18next.addResourceBundle(locale, name, await read());
    }),
  );
}

/** Makes the words of features ready in the language on the screen, and in any chosen later. */
export async function want(...texts: Texts[]): Promise<void> {
  for (const name of texts) wanted.add(name);
  await load(i18next.language as Locale, texts);
}

const firstLocale = () => rememberedLocale() ?? browserLocale(navigator.languages);

/** Starts to fetch the words of features in the language that the page will begin in. */
export function fetchAhead(texts: readonly Texts[]): void {
  for (const name of texts) files[`./locales/${firstLocale()}/${name}.json`]?.().catch(() => undefined);
}

// The one place that sets the direction of the page.
function applyToPage(locale: Locale): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = directionOf(locale);
}

export async function startI18n(locale: Locale = firstLocale()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    ns: everywhere,
    defaultNS: 'app',
    resources: {},
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    returnNull: false,
  });
  await load(locale, everywhere);
  applyToPage(locale);
}

export async function changeLocale(locale: Locale): Promise<void> {
  await load(locale, [...wanted]);
  rememberLocale(locale);
  applyToPage(locale);
  await i18next.changeLanguage(locale);
}
