import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { browserLocale, directionOf, rememberedLocale, rememberLocale, type Locale } from './locale';

export const namespaces = ['app', 'words', 'auth', 'linkage', 'imports', 'org', 'series', 'jobs', 'audit', 'admin', 'pulse', 'initiatives'] as const;

// Each language is a chunk of its own: nobody loads the two they do not read.
const catalogs = {
  en: () => import('./locales/en'),
  he: () => import('./locales/he'),
  pl: () => import('./locales/pl'),
} as const;

/** Makes the words of one more language ready, for a page that shows several at once. */
export async function load(locale: Locale): Promise<void> {
  if (i18next.hasResourceBundle(locale, 'app')) return;
  const { catalog } = await catalogs[locale]();
  for (const [namespace, words] of Object.entries(catalog)) i18next.addResourceBundle(locale, namespace, words);
}

// The one place that sets the direction of the page.
function applyToPage(locale: Locale): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = directionOf(locale);
}

export async function startI18n(locale: Locale = rememberedLocale() ?? browserLocale(navigator.languages)): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    ns: [...namespaces],
    defaultNS: 'app',
    resources: {},
    partialBundledLanguages: true,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    returnNull: false,
  });
  await load(locale);
  applyToPage(locale);
}

export async function changeLocale(locale: Locale): Promise<void> {
  await load(locale);
  rememberLocale(locale);
  applyToPage(locale);
  await i18next.changeLanguage(locale);
}
