import { useQueryClient } from '@tanstack/react-query';
import { changeLocale } from '@/i18n';
import { locales, type Locale } from '@/i18n/locale';
import { currentLocale } from '@/i18n/locale-now';
import classes from './Door.module.css';

const names: Record<Locale, string> = { en: 'English', he: 'עברית', pl: 'Polski' };

export function LanguageRow() {
  const queries = useQueryClient();
  const choose = async (locale: Locale) => {
    await changeLocale(locale);
    await queries.invalidateQueries();
  };
  return (
    <div className={classes.languages}>
      {locales.map((locale) => (
        <button key={locale} lang={locale} aria-pressed={locale === currentLocale()} onClick={() => void choose(locale)}>
          {names[locale]}
        </button>
      ))}
    </div>
  );
}
