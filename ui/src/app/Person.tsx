import { Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { useSession } from '@/api/session';
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
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <button className={classes.button}>
            <span className={classes.hidden}>{t('app:language')}</span>
            <span lang={here}>{names[here]}</span> <ChevronIcon />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {locales.map((locale) => (
            <Menu.Item key={locale} lang={locale} aria-current={locale === here || undefined} fw={locale === here ? 600 : undefined} onClick={() => void choose(locale)}>
              {names[locale]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <button className={classes.button}>
            <span className={classes.hidden}>{t('app:you', { name: user?.name ?? '' })}</span>
            <span className={classes.initial} aria-hidden>
              {user?.name.slice(0, 1) ?? '·'}
            </span>
            <span className={classes.name} aria-hidden>
              {user?.name}
            </span> <ChevronIcon />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {user && (
            <Menu.Label>
              {user.email} · {t(`words:role.${user.role}`)}
            </Menu.Label>
          )}
          {(['light', 'dark', 'auto'] as const).map((scheme) => (
            <Menu.Item key={scheme} fw={scheme === colorScheme ? 600 : undefined} aria-current={scheme === colorScheme || undefined} onClick={() => setColorScheme(scheme)}>
              {t(`app:scheme.${scheme}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => void signOut()}>{t('app:signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
