import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { CashCurve } from '@/charts/CashCurve';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { isolate } from '@/charts/isolate';
import { Waterfall, type Step } from '@/charts/Waterfall';
import { Panel } from '@/components/Panel';
import { formatDay } from '@/i18n/format';
import { formatMoney, formatReturn, fromMinor } from '@/i18n/money';
import { Then } from '@/components/Then';
import classes from '../Initiatives.module.css';
import { ReturnsPanel } from '../ReturnsPanel';
import { AssumptionsPanel } from './AssumptionsPanel';
import { PartsPanel } from './PartsPanel';
import { ScorePanel } from './ScorePanel';

type Statement = Schemas['ReturnsStatement'];

/** Everything a statement says, from the three figures to the prices they rest on. */
export function StatementPanels({ statement: s, name }: { statement: Statement; name: string }) {
  const { t } = useTranslation('returns');
  const currency = s.currency ?? 'EUR';
  const words = [
    s.from && s.to ? `${formatDay(s.from)} – ${formatDay(s.to)}` : '',
    t('asOf', { day: formatDay(s.as_of) }),
    s.open ? t('open') : '',
    s.teams ? t('treated', { count: s.teams }) : '',
  ].filter(Boolean);
  return (
    <>
      <Panel title={<bdi>{name}</bdi>} subtitle={words.join(' · ')}>
        <div className={classes.sentences}>
          <p>{difference(s, t, currency)}</p>
          {s.flow && <p>{t('flow', { spent: isolate(formatMoney(s.flow.invested, currency)), back: isolate(formatMoney(s.flow.benefits, currency)) })}</p>}
        </div>
      </Panel>
      <Then>
        <ReturnsPanel statement={s} currency={currency} />
        <Bridge statement={s} />
        <Curve statement={s} currency={currency} />
        <PartsPanel statement={s} currency={currency} />
        <ScorePanel rows={s.scorecard} team={false} />
        <AssumptionsPanel statement={s} currency={currency} />
      </Then>
    </>
  );
}

type Say = ReturnType<typeof useTranslation<'returns'>>['t'];

// One paragraph on why the three differ: it repeats stored figures and computes none.
function difference(s: Statement, t: Say, currency: string): string {
  if (!s.roi) return t('why.refused');
  const out: string[] = [];
  if (s.roi.estimate !== undefined) out.push(t('why.roi', { roi: isolate(formatReturn(s.roi.estimate)), cost: isolate(formatMoney(s.investment ?? 0, currency)) }));
  if (s.rov?.estimate !== undefined) out.push(s.bridge.length > 0 ? t('why.rov', { rov: isolate(formatReturn(s.rov.estimate)), count: s.bridge.length }) : t('why.rovSame'));
  if (s.rox?.estimate !== undefined) out.push(t('why.rox', { rox: isolate(formatReturn(s.rox.estimate)) }));
  else if (s.rox?.not_enough) out.push(s.rox.not_enough.text);
  return out.join(' ');
}

function Bridge({ statement: s }: { statement: Statement }) {
  const { t } = useTranslation('returns');
  const roi = s.roi?.estimate;
  const rov = s.rov?.estimate;
  if (roi === undefined || rov === undefined || s.bridge.length === 0) return null;
  const steps: Step[] = [{ label: 'ROI', from: 0, to: roi, sum: true, text: formatReturn(roi) }];
  let at = roi;
  for (const b of s.bridge) {
    const to = at + b.points / 100;
    steps.push({ label: b.line, from: at, to, text: formatReturn(b.points / 100) });
    at = to;
  }
  steps.push({ label: 'ROV', from: 0, to: rov, sum: true, text: formatReturn(rov) });
  const title = t('bridge.title', { roi: isolate(formatReturn(roi)), rov: isolate(formatReturn(rov)) });
  return (
    <ChartFrame
      id="bridge"
      file="bridge"
      title={title}
      subtitle={t('bridge.sub')}
      summary={title}
      table={{ header: [t('bridge.line'), t('bridge.amount'), t('bridge.points')], rows: s.bridge.map((b) => [b.line, fromMinor(b.amount, s.currency ?? 'EUR'), b.points]) }}
    >
      <Waterfall steps={steps} summary={title} />
    </ChartFrame>
  );
}

function Curve({ statement: s, currency }: { statement: Statement; currency: string }) {
  const { t } = useTranslation('returns');
  const marks = useMarks();
  const curve = s.curve ?? [];
  if (curve.length < 2) return null;
  const paid = s.payback_month;
  const title = paid === undefined ? t('curve.unpaid') : t('curve.paid', { count: paid });
  return (
    <ChartFrame
      id="curve"
      file="cash-curve"
      title={title}
      subtitle={
        <>
          {t('curve.sub', { day: s.from ? formatDay(s.from) : '' })} {s.npv !== undefined && t('curve.npv', { npv: `\u2066${formatMoney(s.npv, currency)}\u2069` })}
        </>
      }
      summary={title}
      table={{ header: [t('curve.month'), t('curve.sum'), t('curve.kind')], rows: curve.map((p) => [p.month, fromMinor(p.cumulative, currency), t(p.tail ? 'curve.tail' : 'curve.measured')]) }}
    >
      <CashCurve
        points={curve.map((p) => ({ month: p.month, value: fromMinor(p.cumulative, currency), tail: p.tail }))}
        payback={paid}
        paybackLabel={t('curve.back')}
        xLabel={t('curve.month')}
        yLabel={t('curve.axis', { currency })}
        summary={title}
        from={s.from}
        marks={marks}
      />
    </ChartFrame>
  );
}
