export const locales = ['en', 'he', 'pl'] as const;
export type Locale = (typeof locales)[number];

const KEY = 'rapport.locale';

export function isLocale(value: unknown): value is Locale {
  return locales.some((l) => l === value);
}

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'he' ? 'rtl' : 'ltr';
}

/** The language chosen last time on this device, if any. */
export function rememberedLocale(): Locale | undefined {
  const kept = localStorage.getItem(KEY);
  return isLocale(kept) ? kept : undefined;
}

export function rememberLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale);
}

/** The first language of the browser that the product speaks; English otherwise. */
export function browserLocale(languages: readonly string[]): Locale {
  for (const tag of languages) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'iw') return 'he';
    if (isLocale(language)) return language;
  }
  return 'en';
}
