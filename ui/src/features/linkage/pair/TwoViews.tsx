import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChartFrame } from '@/charts/ChartFrame';
import { EstimateText } from '@/charts/EstimateText';
import { strengthColor } from '@/charts/evidence';
import { Scatter } from '@/charts/Scatter';
import { formatCount, formatNumber } from '@/i18n/format';
import { domainsOf } from './domains';
import classes from './Pair.module.css';
import type { Detail } from './detail';
import { withUnit } from './unit';

/** The mirage made visible: the naive cloud beside the same points with every team's and period's own level taken out. */
export function TwoViews({ detail, file }: { detail: Detail; file: string }) {
  const { t } = useTranslation('linkage');
  const { points, finding, x, y, points_total: total = points.length } = detail;
  const [marked, setMarked] = useState<number>();
  const domains = useMemo(() => domainsOf(points), [points]);
  const naive = useMemo(() => points.map((p) => ({ x: p.x, y: p.y, team: p.team })), [points]);
  const within = useMemo(() => points.map((p) => ({ x: p.xw, y: p.yw, team: p.team })), [points]);
  const teams = useMemo(() => [...new Map(points.map((p) => [p.team, p.team_name]))], [points]);
  const nameOf = (team: number, name?: string) => name ?? t('scatter.teamNumber', { number: team + 1 });
  const slope = finding.twfe;
  const summaryOf = (title: string, r?: number) => `${title}: ${x.name}, ${y.name}${r === undefined ? '' : `, ${formatNumber(r, 2)}`}`;
  return (
    <ChartFrame
      id="views"
      title={t('scatter.title')}
      subtitle={t('scatter.subtitle')}
      summary={t('scatter.title')}
      file={file}
      table={{
        header: [t('scatter.team'), t('scatter.period'), withUnit(x), withUnit(y), t('scatter.withinColumn', { name: x.name }), t('scatter.withinColumn', { name: y.name }), t('scatter.respondents')],
        rows: points.map((p) => [nameOf(p.team, p.team_name), p.period, p.x, p.y, p.xw, p.yw, p.n]),
      }}
    >
      <div className={classes.views}>
        <div className={classes.view}>
          <h3>{t('scatter.naive')}</h3>
          <p>
            {t('figures.naiveUnit')} <EstimateText estimate={finding.naive} bold least={2} />
          </p>
          <Scatter dots={naive} xDomain={domains.x.naive} yDomain={domains.y.naive} xLabel={withUnit(x)} yLabel={withUnit(y)} marked={marked} summary={summaryOf(t('scatter.naive'), finding.naive.estimate)} />
        </div>
        <div className={classes.view}>
          <h3>{t('scatter.within')}</h3>
          <p>
            {t('figures.naiveUnit')} <EstimateText estimate={finding.within} bold least={2} />
          </p>
          <Scatter
            dots={within}
            xDomain={domains.x.within}
            yDomain={domains.y.within}
            xLabel={`Δ ${withUnit(x)}`}
            yLabel={`Δ ${withUnit(y)}`}
            zero
            marked={marked}
            slope={slope.estimate === undefined ? undefined : { estimate: slope.estimate, lo: slope.ci_lo, hi: slope.ci_hi, color: strengthColor(finding.verdict, slope.estimate) }}
            summary={summaryOf(t('scatter.within'), finding.within.estimate)}
          />
        </div>
      </div>
      <div className={classes.follow}>
        <NativeSelect
          size="xs"
          label={t('scatter.mark')}
          value={marked ?? ''}
          data={[{ value: '', label: t('scatter.markNone') }, ...teams.map(([team, name]) => ({ value: String(team), label: nameOf(team, name) }))]}
          onChange={(event) => setMarked(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))}
        />
        <span>Δ = {t('scatter.change')}</span>
        {points.length < total && <span>{t('scatter.thinned', { shown: formatCount(points.length), total: formatCount(total) })}</span>}
      </div>
    </ChartFrame>
  );
}
