import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { BellIcon } from '@/components/icons';
import { formatCount } from '@/i18n/format';
import classes from './Layout.module.css';

/** How much is new to look at; the list is one click away. */
export function Bell() {
  const { t } = useTranslation('app');
  const { data } = api.useQuery('get', '/alerts', { params: { query: { limit: 1 } } }, { refetchInterval: 60_000, staleTime: 30_000 });
  const unread = data?.unread ?? 0;
  return (
    <Link href="/alerts" className={classes.bell} aria-label={unread > 0 ? t('alerts.unread', { count: unread }) : t('nav.alerts')}>
      <BellIcon />
      {unread > 0 && (
        <span className={classes.bellCount} aria-hidden>
          {unread > 99 ? '99+' : formatCount(unread)}
        </span>
      )}
    </Link>
  );
}
