import { useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { useSession } from '@/api/session';
import { ChoiceMenu } from '@/components/ChoiceMenu';
import { ChevronIcon } from '@/components/icons';
import { changeLocale } from '@/i18n';
import { locales, type Locale } from '@/i18n/locale';
import { currentLocale } from '@/i18n/locale-now';
import classes from './Person.module.css';

// Each language by its own name, whatever the language of the page.
const names: Record<Locale, string> = { en: 'English', he: 'עברית', pl: 'Polski' };

export function Person() {
  const { t } = useTranslation(['app', 'words']);
  const { data: session } = useSession();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const user = session?.user;
  const here = currentLocale();

  const choose = async (locale: Locale) => {
    await changeLocale(locale);
    // What the server put into words is in the old language.
    await queries.invalidateQueries();
    if (session?.signed_in) await client.PUT('/session/locale', { body: { locale } });
  };
  const signOut = async () => {
    await client.DELETE('/session');
    queries.clear();
    window.location.assign('/sign-in');
  };

  return (
    <>
      <ChoiceMenu
        className={classes.button}
        face={
          <>
            <span className={classes.hidden}>{t('app:language')}</span>
            <span lang={here}>{names[here]}</span> <ChevronIcon />
          </>
        }
        choices={locales.map((locale) => ({ name: locale, text: names[locale], lang: locale, current: locale === here, onChoose: () => void choose(locale) }))}
      />
      <ChoiceMenu
        className={classes.button}
        face={
          <>
            <span className={classes.hidden}>{t('app:you', { name: user?.name ?? '' })}</span>
            <span className={classes.initial} aria-hidden>
              {user?.name.slice(0, 1) ?? '·'}
            </span>
            <span className={classes.name} aria-hidden>
              {user?.name}
            </span> <ChevronIcon />
          </>
        }
        above={user && `${user.email} · ${t(`words:role.${user.role}`)}`}
        choices={[
          ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
            name: scheme, text: t(`app:scheme.${scheme}`), current: scheme === colorScheme, onChoose: () => setColorScheme(scheme),
          })),
          { name: 'out', text: t('app:signOut'), apart: true, onChoose: () => void signOut() },
        ]}
      />
    </>
  );
}
