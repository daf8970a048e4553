import { currentLocale } from './locale-now';
import type { Locale } from './locale';

// To make a formatter costs a hundred times what it costs to use it, and a table of figures uses one in every cell.
const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

/** The formatter of numbers for these options, in the language on the screen unless another is named. */
export function numberFormat(options: Intl.NumberFormatOptions = {}, locale: Locale = currentLocale()): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let made = numbers.get(key);
  if (!made) numbers.set(key, (made = new Intl.NumberFormat(locale, options)));
  return made;
}

/** The formatter of dates for these options, in the language on the screen. */
export function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = currentLocale() + JSON.stringify(options);
  let made = dates.get(key);
  if (!made) dates.set(key, (made = new Intl.DateTimeFormat(currentLocale(), options)));
  return made;
}
