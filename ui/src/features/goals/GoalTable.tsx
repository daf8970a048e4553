import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { isolate } from '@/charts/isolate';
import { EstimateText } from '@/charts/EstimateText';
import { GapLine } from '@/charts/GapLine';
import { padded, type Domain } from '@/charts/scale';
import { Bdi } from '@/components/Bdi';
import { Table } from '@/components/Table';
import { decimalsFor, formatDay, formatNumber } from '@/i18n/format';
import classes from './Goals.module.css';

type Row = Schemas['GoalRow'];

/** One row per metric and team; rows of one metric share a scale. */
export function GoalTable({ rows, onOpen }: { rows: Row[]; onOpen: (row: Row) => void }) {
  const { t } = useTranslation('goals');
  return (
    <>
      <p className={classes.legend} aria-hidden>
        <span>● {t('col.actual')}</span>
        <span>⚑ {t('col.desired')}</span>
        <span>◇ {t('col.market')}</span>
      </p>
      <Table file="goals" caption={t('caption')} cards>
        <thead>
          <tr>
            <th scope="col">{t('col.metric')}</th>
            <th scope="col">{t('col.actual')}</th>
            <td />
            <th scope="col">{t('col.desired')}</th>
            <th scope="col">{t('col.gap')}</th>
            <th scope="col">{t('col.market')}</th>
            <th scope="col">{t('col.owner')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <GoalRow key={`${r.metric.id} ${r.team_id ?? ''}`} row={r} domain={domainOf(rows, r)} onOpen={() => onOpen(r)} />
          ))}
        </tbody>
      </Table>
    </>
  );
}

function domainOf(rows: Row[], like: Row): Domain {
  const at = rows.filter((r) => r.metric.id === like.metric.id).flatMap((r) => [r.actual.estimate, r.actual.ci_lo, r.actual.ci_hi, r.desired?.value, r.market?.value]);
  return padded(at.filter((v) => v !== undefined), 0.15);
}

function GoalRow({ row: r, domain, onOpen }: { row: Row; domain: Domain; onOpen: () => void }) {
  const { t } = useTranslation('goals');
  const { t: w } = useTranslation('words');
  const reached = r.gap !== undefined && (r.metric.higher_is_better ? r.gap <= 0 : r.gap >= 0);
  const where = r.team_name ?? t('organisation');
  return (
    <tr>
      <th scope="row">
        <bdi>{r.metric.name}</bdi>
        <span className={classes.small}>
          <bdi>{where}</bdi> · {w(r.metric.higher_is_better ? 'higherBetter' : 'lowerBetter')}
        </span>
      </th>
      <td data-label={t('col.actual')}>
        <EstimateText estimate={r.actual} unit={r.metric.unit} bold />
        {r.period && (
          <span className={classes.small}>
            <Bdi>{r.period}</Bdi>
            {r.teams_below !== undefined && r.teams_with_figures !== undefined && ` · ${t('ofTeams', { have: r.teams_with_figures, all: r.teams_below })}`}
          </span>
        )}
      </td>
      <td>
        <GapLine domain={domain} actual={r.actual.estimate} lo={r.actual.ci_lo} hi={r.actual.ci_hi} desired={r.desired?.value} market={r.market?.value} color={`var(--kind-${hue(r.metric.kind)})`} />
      </td>
      <td data-label={t('col.desired')}>
        <Value level={r.desired} />
        {r.next?.value !== undefined && <span className={classes.small}>{t('next', { value: isolate(formatNumber(r.next.value)), day: formatDay(r.next.from) })}</span>}
      </td>
      <td data-label={t('col.gap')}>
        {r.gap !== undefined ? reached ? t('reached') : <Bdi>{formatNumber(r.gap, decimalsFor(r.actual.ci_lo, r.actual.ci_hi, r.gap))}</Bdi> : '—'}
      </td>
      <td data-label={t('col.market')}>
        <Value level={r.market} />
        {r.market?.source && (
          <span className={classes.small}>
            <bdi>{r.market.source}</bdi>
          </span>
        )}
      </td>
      <td data-label={t('col.owner')}>
        <bdi>{r.desired?.owner ?? '—'}</bdi>
        {r.desired && <span className={classes.small} style={{ whiteSpace: 'nowrap' }}>{t('since', { day: formatDay(r.desired.from) })}</span>}
        {r.desired && r.desired.team_id !== r.team_id && <span className={classes.small}>{t('setAbove', { team: r.desired.team_name ?? t('organisation') })}</span>}
      </td>
      <td>
        <Button size="xs" variant="default" onClick={onOpen} aria-label={t('openOf', { metric: r.metric.name, team: where })}>
          {t('open')}
        </Button>
      </td>
    </tr>
  );
}

function Value({ level }: { level?: Schemas['GoalLevel'] }) {
  return level?.value === undefined ? <>—</> : <Bdi>{formatNumber(level.value)}</Bdi>;
}

function hue(kind: Schemas['MetricKind']): string {
  return kind === 'ex' || kind === 'cx' ? kind : 'money';
}
