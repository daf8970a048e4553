import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import classes from './Alerts.module.css';

type Subscription = Schemas['Subscription'];
const rhythms: Schemas['SubscriptionRhythm'][] = ['weekly', 'monthly', 'quarterly', 'close'];

/** Letters one gets and those one ordered for others: when they come, why they ended, and the way to end them. */
export function Subscriptions() {
  const { t } = useTranslation('subscriptions');
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/subscriptions' });
  const list = api.useQuery('get', '/subscriptions', {});
  const change = api.useMutation('put', '/subscriptions/{id}', { onSuccess });
  const stop = api.useMutation('delete', '/subscriptions/{id}', { onSuccess });
  const problem = list.error ?? change.error ?? stop.error;
  const items = list.data?.items ?? [];
  const busy = change.isPending || stop.isPending;
  return (
    <Panel title={t('list.title')} subtitle={t('list.subtitle')} flush>
      {problem && <ProblemNotice error={problem} />}
      {list.data && !list.data.mails && items.length > 0 && <Notice tone="info" title={t('noMail')} />}
      <ul className={classes.list}>
        {items.map((x) => {
          const name = nameOf(x, t);
          const params = { path: { id: x.id } };
          return (
            <li key={x.id} className={classes.item} data-read={Boolean(x.ended_at)}>
              <span className={classes.dot} aria-hidden />
              <div>
                <Link href={pathOf(x)}>
                  <bdi>{name}</bdi>
                </Link>
                <span className={classes.sub}>
                  {[
                    !x.own && t('list.for', { name: x.reader }),
                    x.own && x.maker !== x.reader && t('list.by', { name: x.maker }),
                    x.ended ?? (x.next_at ? t('list.next', { day: formatDay(x.next_at) }) : t('list.nextClose')),
                    x.last_at && t('list.last', { day: formatDay(x.last_at) }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                <div className={classes.actions}>
                  {x.ended_at ? (
                    <Button size="xs" variant="default" disabled={busy} onClick={() => change.mutate({ params, body: { rhythm: x.rhythm } })}>
                      {t('list.again')}
                    </Button>
                  ) : (
                    <ChoiceField
                      size="xs"
                      aria-label={t('list.rhythmOf', { what: name })}
                      choices={rhythms.map((r) => ({ value: r, label: t(r) }))}
                      value={x.rhythm}
                      disabled={busy}
                      onChoose={(r) => change.mutate({ params, body: { rhythm: r as Subscription['rhythm'] } })}
                    />
                  )}
                  <Button size="xs" variant="default" disabled={busy} onClick={() => stop.mutate({ params })}>
                    {t(x.ended_at ? 'list.dismiss' : 'list.stop')}
                  </Button>
                </div>
              </div>
            </li>
          );
        })}
        {list.data && items.length === 0 && <li className={classes.item}>{t('list.none')}</li>}
      </ul>
    </Panel>
  );
}

function nameOf(x: Subscription, t: (key: 'list.organisation' | 'list.team' | 'list.page', more?: { team: string }) => string): string {
  if (x.subject === 'view') return x.name ?? t('list.page');
  return x.team ? t('list.team', { team: x.team }) : t('list.organisation');
}

function pathOf(x: Subscription): string {
  if (x.subject === 'view') return x.path ?? '/';
  return x.team_id ? `/reports?team=${encodeURIComponent(x.team_id)}` : '/reports';
}
