import i18next from 'i18next';
import { isLocale, type Locale } from './locale';

/** The language on the screen now. */
export function currentLocale(): Locale {
  return isLocale(i18next.language) ? i18next.language : 'en';
}
