import { useTranslation } from 'react-i18next';
import { isolate } from '@/charts/isolate';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { formatDay, formatPercent, formatNumber, formatTime } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import classes from './Initiatives.module.css';

export function PlanPanel({ initiative: i }: { initiative: Schemas['Initiative'] }) {
  const { t } = useTranslation(['initiatives', 'words']);
  const teams = api.useQuery('get', '/teams', {});
  const metrics = api.useQuery('get', '/metrics', {});
  const { plan } = i;
  const team = (id: string) => teams.data?.items.find((x) => x.id === id)?.name ?? '—';
  const metric = (id: string) => metrics.data?.items.find((x) => x.id === id)?.name ?? id;
  const facts: [string, React.ReactNode][] = [
    [t('form.metric'), <bdi key="m">{metric(plan.metric)}</bdi>],
    [t('form.lag'), plan.lag ?? 0],
    [t('form.ends'), formatDay(plan.ends_on)],
    [t('form.treated'), plan.treated.length > 8 ? t('words:teams', { count: plan.treated.length }) : plan.treated.map((x) => `${team(x.team)} (${formatDay(x.on)})`).join(', ')],
    [t('form.comparison'), plan.others ? t('form.others') : t('words:teams', { count: plan.comparison?.length ?? 0 })],
    [t('form.chosen'), `${t(plan.assignment?.drawn ? 'form.drawn' : 'form.picked')}${plan.assignment?.by ? `: ${plan.assignment.by}` : ''}`],
    [t('form.expected'), `${isolate(formatNumber(plan.expected?.effect ?? 0))} (${formatPercent(plan.expected?.confidence ?? 0)})`],
    ...(plan.perception ? ([[t('form.question'), <bdi key="q">{plan.perception.question}</bdi>]] satisfies [string, React.ReactNode][]) : []),
    [t('col.cost'), <Bdi key="c">{formatMoney(i.cost, i.currency)}</Bdi>],
  ];
  return (
    <Panel title={t('plan')} subtitle={i.sealed_at ? t('sealedOn', { at: formatTime(i.sealed_at), hash: (i.hash ?? '').slice(0, 12) }) : t('draftNote')}>
      {plan.why && (
        <p className={classes.sentences}>
          <bdi>{plan.why}</bdi>
        </p>
      )}
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
