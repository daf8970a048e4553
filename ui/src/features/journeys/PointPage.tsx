import { useTranslation } from 'react-i18next';
import { useParams, useSearch } from 'wouter';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { isolate } from '@/charts/isolate';
import { MONTH_APART, withGaps } from '@/charts/period';
import { TrendLine } from '@/charts/TrendLine';
import { Bdi } from '@/components/Bdi';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatNumber } from '@/i18n/format';
import { Downloads } from './Downloads';
import { Filters, useFilter, useQueryText } from './Filters';
import { FeelingBar, FigureText, Gap, ScoreText, scales } from './figures';
import { HurtList } from './HurtList';
import classes from './Journeys.module.css';

type Point = Schemas['CxPoint'];

/** One touchpoint: score over time, feelings, the three pains, what stands in the way. */
export function PointPage() {
  const { t } = useTranslation('journeys');
  const { id = '' } = useParams();
  const search = useSearch();
  const query = useQueryText();
  const figures = api.useQuery('get', '/touchpoints/{id}/figures', { params: { path: { id }, query: useFilter() } }, { retry: false });
  const d = figures.data;
  const p = d?.point;
  return (
    <Page
      title={p?.touchpoint.name ?? t('touchpoint')}
      above={<Link href={`/journeys${search ? `?${search}` : ''}`}>{t('map.title')}</Link>}
      lead={d && p ? [t(`kind.${p.touchpoint.kind}`), p.touchpoint.owner_team && isolate(p.touchpoint.owner_team), isolate([p.touchpoint.journey, p.touchpoint.stage].filter(Boolean).join(' › ')), t('point.months', { from: d.from, to: d.to })].filter(Boolean).join(' · ') : undefined}
      actions={p && <Downloads path="journey-tables/touchpoint" query={`${query || '?'}${query ? '&' : ''}touchpoint_id=${encodeURIComponent(id)}`} name={p.touchpoint.name} />}
    >
      {d && <Filters segments={d.segments} products={d.products} channels={d.channels} />}
      {figures.isPending && <RowsSkeleton rows={8} />}
      {figures.isError && <ProblemNotice error={figures.error} retry={() => void figures.refetch()} />}
      {p && (
        <>
          <Panel title={t('point.now')}>
            {p.scores.length === 0 && <p>{t('noAnswers')}</p>}
            {p.scores.map((s) => <ScoreText key={s.type} score={s} />)}
            {p.change && (
              <p className={classes.score}>
                {t('point.change')}: <FigureText figure={p.change} digits={p.scores[0]?.type === 'ces' ? 2 : 1} signed />
              </p>
            )}
            <Gap point={p} />
          </Panel>
          <Trend point={p} />
          <Feelings point={p} />
          <HurtList hurts={p.hurts} promise={p.touchpoint.promise_minutes} />
          <BarrierPanel point={p} />
        </>
      )}
    </Page>
  );
}

function Trend({ point }: { point: Point }) {
  const { t } = useTranslation('journeys');
  const marks = useMarks();
  const score = point.scores[0];
  if (!score) return null;
  const { digits, domain } = scales[score.type];
  const dots = withGaps(
    point.trend.flatMap((d) => (d.figure ? [{ on: d.on, value: d.figure.value, lo: d.figure.lo, hi: d.figure.hi, breaks: false }] : [])),
    MONTH_APART,
  );
  if (dots.length < 2) return null;
  const summary = t('point.trendSummary', { n: formatCount(dots.length) });
  return (
    <ChartFrame
      id="trend"
      file="trend"
      title={t('point.trend', { type: t(`type.${score.type}`) })}
      subtitle={t('point.trendSub')}
      summary={summary}
      table={{ header: [t('point.month'), t(`type.${score.type}`), t('from'), t('to'), t('n')], rows: point.trend.map((d) => [d.month, d.figure && Number(d.figure.value.toFixed(digits + 1)), d.figure && Number(d.figure.lo.toFixed(digits + 1)), d.figure && Number(d.figure.hi.toFixed(digits + 1)), d.n]) }}
    >
      <TrendLine dots={dots} marks={marks} domain={domain} color="var(--kind-cx)" breakLabel="" summary={summary} />
    </ChartFrame>
  );
}

function Feelings({ point }: { point: Point }) {
  const { t } = useTranslation('journeys');
  const emotions = point.emotions.reduce((sum, e) => sum + e.n, 0);
  const expected = point.expected.reduce((sum, e) => sum + e.n, 0);
  if (emotions + expected === 0) return null;
  return (
    <Panel title={t('feelings')} subtitle={t('feelingsSub')}>
      {emotions > 0 && (
        <>
          <p className={classes.score}>
            {t('feeling')}: <FigureText figure={point.feeling} signed />
          </p>
          <FeelingBar emotions={point.emotions} />
          <Parts caption={t('feelings')} parts={point.emotions.map((e) => ({ ...e, label: t(`emotion.${e.key}` as 'emotion.pleased') }))} all={emotions} />
        </>
      )}
      {expected > 0 && (
        <>
          <p className={classes.score}>
            {t('surprise')}: <FigureText figure={point.surprise} signed />
          </p>
          <Parts caption={t('expectation')} parts={[...point.expected].reverse().map((e) => ({ ...e, label: t(`expected.${e.key}` as 'expected.better') }))} all={expected} />
        </>
      )}
    </Panel>
  );
}

function Parts({ caption, parts, all }: { caption: string; parts: { key: string; label: string; n: number }[]; all: number }) {
  const { t } = useTranslation('journeys');
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          <th scope="col">{caption}</th>
          <th scope="col" data-num>
            {t('n')}
          </th>
          <th scope="col" data-num>
            %
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((p) => (
          <tr key={p.key}>
            <th scope="row">{p.label}</th>
            <td data-num>
              <Bdi>{formatCount(p.n)}</Bdi>
            </td>
            <td data-num>
              <Bdi>{formatNumber((100 * p.n) / all, 0)}</Bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function BarrierPanel({ point }: { point: Point }) {
  const { t } = useTranslation('journeys');
  return (
    <Panel title={t('barriers.title')}>
      {point.barriers.length === 0 && <p>{t('barriers.none')}</p>}
      <ul>
        {point.barriers.map((b) => (
          <li key={b.id}>
            <bdi>{b.name}</bdi>
            <span className={classes.small}>
              {t(`barriers.${b.status}`)} · <bdi>{b.owner}</bdi>
            </span>
          </li>
        ))}
      </ul>
      <Link href="/goals">{t('barriers.all')}</Link>
    </Panel>
  );
}
