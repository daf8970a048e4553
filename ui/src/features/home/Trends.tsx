import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { ChartFrame } from '@/charts/ChartFrame';
import { QuarterTrend } from '@/charts/QuarterTrend';
import { isolate, unitOf } from '@/charts/isolate';
import { decimalsFor, formatDay, formatNumber } from '@/i18n/format';
import classes from './Home.module.css';

type Trend = Schemas['TeamTrend'];

/** Figures over the closed quarters, two in a row, with what happened in the meantime below them. */
export function Trends({ trends, team }: { trends: Trend[]; team: string }) {
  const { t } = useTranslation('home');
  const events = api.useQuery('get', '/events');
  const days = trends.flatMap((x) => x.points.map((p) => p.to)).sort();
  const first = days[0] ?? '';
  const last = days.at(-1) ?? '';
  const marked = (events.data?.items ?? []).filter((e) => e.on >= first && e.on <= last).sort((a, b) => a.on.localeCompare(b.on)).map((e, i) => ({ ...e, no: i + 1 }));
  if (trends.length === 0) return null;
  return (
    <>
      <div className={classes.columns}>
        {trends.map((x) => (
          <One key={x.metric_id} trend={x} team={team} events={marked} />
        ))}
      </div>
      {marked.length > 0 && (
        <p className={classes.events}>
          {t('events')}{' '}
          {marked.map((e) => (
            <span key={e.id}>
              <b>{e.no}</b> <bdi>{e.title}</bdi>, {formatDay(e.on)}
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function One({ trend: x, team, events }: { trend: Trend; team: string; events: { on: string; until?: string; title: string; no: number }[] }) {
  const { t } = useTranslation('home');
  const now = x.points.at(-1);
  if (!now) return null;
  const decimals = decimalsFor(now.lo, now.hi, now.value);
  const said = (v: number) => isolate(formatNumber(v, decimals));
  const title =
    now.lo !== undefined && now.hi !== undefined
      ? t('trend.title', { name: isolate(x.name), value: said(now.value), lo: said(now.lo), hi: said(now.hi) })
      : t('trend.titleOpen', { name: isolate(x.name), value: said(now.value) });
  const beside = now.company === undefined ? '' : ` · ${t('trend.company', { value: said(now.company) })}`;
  return (
    <ChartFrame
      id={`trend-${x.metric_id}`}
      file={`${team}-${x.name}`}
      title={title}
      subtitle={
        <>
          {unitOf(x.unit)} · {t('trend.level', { quarter: isolate(now.quarter) })}
          {beside} · <Link href={`/catalogue/${x.metric_id}`}>{t('trend.open')}</Link>
        </>
      }
      summary={title}
      table={{
        header: [t('col.quarter'), t('col.here'), t('col.from'), t('col.to'), t('col.parent'), t('col.company')],
        rows: x.points.map((p) => [p.quarter, p.value, p.lo, p.hi, p.parent, p.company]),
      }}
    >
      <QuarterTrend
        dots={x.points}
        color={x.kind === 'cx' ? 'var(--kind-cx)' : 'var(--kind-ex)'}
        desired={x.desired}
        events={events}
        names={{ here: t('here'), parent: t('parent'), company: t('company'), desired: t('desired') }}
        summary={title}
      />
    </ChartFrame>
  );
}
