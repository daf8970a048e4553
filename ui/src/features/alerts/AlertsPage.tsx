import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatTime } from '@/i18n/format';
import classes from './Alerts.module.css';
import { Rules } from './Rules';
import { Subscriptions } from './Subscriptions';
import { Webhooks } from './Webhooks';

/** What there is to look at, newest first, and what one wants to hear of. */
export function AlertsPage() {
  const { t } = useTranslation('alerts');
  const may = useMay();
  const queries = useQueryClient();
  const alerts = api.useQuery('get', '/alerts', { params: { query: { limit: 100 } } });
  const read = api.useMutation('post', '/alerts-read', { onSuccess: () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/alerts' }) });
  const items = alerts.data?.items ?? [];
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        (alerts.data?.unread ?? 0) > 0 && (
          <Button variant="default" loading={read.isPending} onClick={() => read.mutate({ body: {} })}>
            {t('readAll')}
          </Button>
        )
      }
    >
      {alerts.isPending && <RowsSkeleton rows={4} />}
      {alerts.isError && <ProblemNotice error={alerts.error} retry={() => void alerts.refetch()} />}
      {alerts.data && items.length === 0 && <EmptyState title={t('none.title')}>{t('none.body')}</EmptyState>}
      {items.length > 0 && (
        <Panel flush>
          <ul className={classes.list}>
            {items.map((a) => (
              <li key={a.id} className={classes.item} data-read={a.read}>
                <span className={classes.dot} aria-hidden />
                <div>
                  <Link href={a.path} onClick={() => !a.read && read.mutate({ body: { ids: [a.id] } })}>
                    {a.text}
                  </Link>
                  <span className={classes.sub}>
                    {!a.read && `${t('new')} · `}
                    {t(`kind.${a.kind}`)} · {formatTime(a.at)}
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Rules />
      <Subscriptions />
      {may('users.manage') && <Webhooks />}
    </Page>
  );
}
