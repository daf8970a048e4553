import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { EstimateText } from '@/charts/EstimateText';
import { EventStudy } from '@/charts/EventStudy';
import { Paths } from '@/charts/Paths';
import { Panel } from '@/components/Panel';
import { formatDay } from '@/i18n/format';
import { Then } from '@/components/Then';
import { Grade } from './Grade';
import { NoticedPanel } from './NoticedPanel';
import classes from './Initiatives.module.css';

type Effect = Schemas['InitiativeEffect'];

/** What an initiative changed in one figure: the finding, the doubt beside it, the pictures, and whether to believe it. */
export function EffectPanels({ effect: e, asOf, noticed }: { effect: Effect; asOf: string; noticed?: Schemas['InitiativeNoticed'] }) {
  const { t } = useTranslation(['initiatives', 'words']);
  const marks = useMarks();
  const first = e.summary[0]?.text;
  const start = e.path.findIndex((p) => p.period === e.start);
  const label = e.unit ? `${e.name} (${e.unit})` : e.name;
  const file = `initiative-${e.metric}`;
  // A page shows several figures one below the other: each heading says whose it is.
  const of = (heading: string) => `${heading} · ${e.name}`;
  return (
    <>
      <Panel title={first ?? e.estimate.not_enough?.text ?? e.name} subtitle={`${e.name} · ${t('asOf', { day: formatDay(asOf) })}${e.open ? ` · ${t('open')}` : ''}`}>
        <div className={classes.sentences}>
          <dl className={classes.facts}>
            <div>
              <dt>{t('effect')}</dt>
              <dd>
                <EstimateText estimate={e.estimate} unit={e.unit} bold />
              </dd>
            </div>
            <div>
              <dt>{t('col.grade')}</dt>
              <dd>
                <Grade grade={e.grade} />
              </dd>
            </div>
            <div>
              <dt>{t('compared')}</dt>
              <dd>{t('groups', { treated: t('words:teams', { count: e.treated }), others: t('words:teams', { count: e.comparison }) })}</dd>
            </div>
            <div>
              <dt>{t('periods')}</dt>
              <dd>{t('prePost', { pre: e.pre, post: e.post })}</dd>
            </div>
          </dl>
          {e.verdict && (
            <p>
              <strong>{e.verdict.text}</strong>
            </p>
          )}
          {e.why.map((s) => (
            <p key={s.key}>{s.text}</p>
          ))}
          {e.grade_why.map((s) => (
            <p key={s.key}>{s.text}</p>
          ))}
          {e.left > 0 && <p className={classes.soft}>{t('left', { teams: t('words:teams', { count: e.left }) })}</p>}
        </div>
      </Panel>
      <Then>
        {noticed && <NoticedPanel noticed={noticed} />}
        {e.path.length > 1 && (
          <ChartFrame
            id={`path-${e.metric}`}
            file={`${file}-path`}
            title={of(t('path.title'))}
            subtitle={t(e.design === 'interrupted_series' ? 'path.alone' : 'path.sub')}
            summary={first ?? e.name}
            table={{ header: [t('period'), t('path.treated'), t('path.without'), t('path.gap')], rows: e.path.map((p) => [p.period, p.treated, p.counterfactual, p.gap]) }}
          >
            <Paths
              periods={e.path.map((p) => p.period)}
              lines={[
                { name: t('path.treated'), values: e.path.map((p) => p.treated), color: 'var(--strength-pos)' },
                { name: t('path.without'), values: e.path.map((p) => p.counterfactual), color: 'var(--ink-soft)', dashed: true },
              ]}
              start={start}
              startLabel={t('start')}
              yLabel={label}
              summary={first ?? e.name}
              marks={marks}
            />
          </ChartFrame>
        )}
        {e.events.length > 1 && e.design !== 'synthetic_control' && (
          <ChartFrame
            id={`events-${e.metric}`}
            file={`${file}-events`}
            title={of(t('events.title'))}
            subtitle={t(e.events.some((x) => x.ci_lo !== undefined) ? 'events.sub' : 'events.subBare')}
            summary={t('events.sub')}
            table={{ header: [t('events.at'), t('effect'), '5 %', '95 %'], rows: e.events.map((x) => [x.at, x.estimate, x.ci_lo, x.ci_hi]) }}
          >
            <EventStudy events={e.events.map((x) => ({ at: x.at, estimate: x.estimate, lo: x.ci_lo, hi: x.ci_hi }))} color="var(--strength-pos)" xLabel={t('events.at')} yLabel={label} summary={t('events.sub')} />
          </ChartFrame>
        )}
        {e.placebos.length > 0 && (
          <ChartFrame
            id={`placebos-${e.metric}`}
            file={`${file}-placebos`}
            title={of(t('placebos.title'))}
            subtitle={t('placebos.sub', { count: e.placebos.length })}
            summary={t('placebos.sub', { count: e.placebos.length })}
            table={{ header: [t('period'), t('path.gap'), ...e.placebos.map((_, k) => `${k + 1}`)], rows: e.path.map((p, k) => [p.period, gaps(e)[k], ...e.placebos.map((g) => g[k])]) }}
          >
            <Paths
              periods={e.path.map((p) => p.period)}
              lines={[{ name: t('placebos.real'), values: gaps(e), color: 'var(--strength-pos)' }]}
              grey={e.placebos}
              start={start}
              startLabel={t('start')}
              yLabel={t('path.gap')}
              zero
              marks={marks}
              summary={t('placebos.sub', { count: e.placebos.length })}
            />
          </ChartFrame>
        )}
        {e.checks.length > 0 && (
          <Panel title={of(t('checks'))}>
            <ul className={classes.checks}>
              {e.checks.map((c) => (
                <li key={c.key}>
                  <span aria-hidden>{c.passed === undefined ? '▨' : c.passed ? '✓' : '!'}</span>
                  <span>
                    <strong>{t(`check.${c.key}`, { defaultValue: c.key })}</strong> <span className={classes.soft}>{t(c.passed === undefined ? 'checkNone' : c.passed ? 'checkYes' : 'checkNo')}</span>
                    <br />
                    {c.text}
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </Then>
    </>
  );
}

const gaps = (e: Effect) => e.path.map((p) => p.gap);
