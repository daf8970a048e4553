import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { Then } from '@/components/Then';
import { formatCount, formatDay } from '@/i18n/format';
import { Downloads } from './Downloads';
import { Filters, useFilter, useQueryText } from './Filters';
import { FigureText, Gap, ScoreText } from './figures';
import { HurtList } from './HurtList';
import classes from './Journeys.module.css';
import { NotCounted } from './NotCounted';

/** What customers say, at a glance: journeys, the touchpoints that need somebody first, the three pains. */
export function OverviewPage({ children }: { children?: ReactNode }) {
  const { t } = useTranslation('journeys');
  const may = useMay();
  const query = useQueryText();
  const map = api.useQuery('get', '/journey-map', { params: { query: useFilter() } }, { retry: false });
  const none = map.isError && toProblem(map.error).code === 'journey_map_none';
  const m = map.data;
  return (
    <Page
      title={t('overview.title')}
      lead={m ? t('map.lead', { from: m.from, to: m.to, n: formatCount(m.n), day: formatDay(m.as_of) }) : undefined}
      actions={m && <ButtonLink href="/journeys">{t('overview.map')}</ButtonLink>}
    >
      {m && <Filters segments={m.segments} products={m.products} channels={m.channels} />}
      {map.isPending && <RowsSkeleton rows={8} />}
      {map.isError && !none && <ProblemNotice error={map.error} retry={() => void map.refetch()} />}
      {none && <NotCounted />}
      {m && (
        <Then>
          <Panel title={t('overview.journeys')}>
            <ul className={classes.cards}>
              {m.courses.map((c) => (
                <li key={c.journey.name} className={classes.card}>
                  <h3 className={classes.name}>
                    <bdi>{c.journey.name}</bdi>
                  </h3>
                  {c.scores.map((s) => <ScoreText key={s.type} score={s} />)}
                  {c.completion && (
                    <p className={classes.score}>
                      {t('completion')}: <FigureText figure={c.completion} unit="%" />
                    </p>
                  )}
                </li>
              ))}
              {m.relational.length > 0 && (
                <li className={classes.card}>
                  <h3 className={classes.name}>{t('overview.relation')}</h3>
                  {m.relational.map((s) => <ScoreText key={s.type} score={s} />)}
                </li>
              )}
            </ul>
          </Panel>
          <Points map={m} query={query} />
          <HurtList hurts={m.hurts} />
          {may('ledger.read') && (
            <p>
              <Link href="/pains">{t('overview.pains')}</Link>
            </p>
          )}
        </Then>
      )}
      <Then>{children}</Then>
    </Page>
  );
}

function Points({ map, query }: { map: Schemas['JourneyMap']; query: string }) {
  const { t } = useTranslation('journeys');
  const points = [...map.courses.flatMap((c) => c.stages.flatMap((s) => s.points)), ...map.loose];
  const first = points.filter((p) => p.n > 0).sort((a, b) => (b.gap ?? -Infinity) - (a.gap ?? -Infinity) || (a.feeling?.value ?? 0) - (b.feeling?.value ?? 0));
  if (first.length === 0) return null;
  return (
    <Panel title={t('overview.first')} subtitle={t('overview.firstSub')} actions={<Downloads path="journey-tables/map" query={query} name={t('map.title')} />} flush>
      <Table caption={t('overview.first')} cards>
        <thead>
          <tr>
            <th scope="col">{t('touchpoint')}</th>
            <th scope="col">{t('overview.score')}</th>
            <th scope="col">{t('feeling')}</th>
            <th scope="col">{t('hurt.over')}</th>
            <th scope="col">{t('barriers.title')}</th>
          </tr>
        </thead>
        <tbody>
          {first.map((p) => (
            <tr key={p.touchpoint.id}>
              <th scope="row">
                <Link href={`/touchpoints/${encodeURIComponent(p.touchpoint.id)}`}>
                  <bdi>{p.touchpoint.name}</bdi>
                </Link>
              </th>
              <td>
                {p.scores[0] && <ScoreText score={p.scores[0]} />}
                <Gap point={p} />
              </td>
              <td data-label={t('feeling')}>
                <FigureText figure={p.feeling} signed />
              </td>
              <td data-label={t('hurt.over')}>{p.hurts.over ? <FigureText figure={p.hurts.over} unit="%" /> : '—'}</td>
              <td data-label={t('barriers.title')}>{formatCount(p.barriers.length)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
