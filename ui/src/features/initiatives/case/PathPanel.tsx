import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { Corridor, type Stretch } from '@/charts/Corridor';
import { useKept } from '@/components/useKept';
import { formatDay } from '@/i18n/format';
import { formatRound, fromMinor } from '@/i18n/money';

interface Props {
  forecast: Schemas['Forecast'];
  marks: Schemas['ForecastMark'][];
}

const colors: Record<string, string> = { ex: 'var(--kind-ex)', cx: 'var(--kind-cx)', behaviour: 'var(--kind-behaviour)', money: 'var(--kind-money)' };

/** The expected path by quarter, one figure at a time, and where it stands by now. */
export function PathPanel({ forecast: f, marks }: Props) {
  const { t } = useTranslation(['forecast', 'words']);
  const events = useMarks();
  const priced = f.lines.some((l) => l.measured);
  const [chosen, choose] = useKept('path', priced ? 'money' : (f.effects[0]?.metric ?? 'money'));
  if (f.quarters.length === 0 || (f.effects.length === 0 && !priced)) return null;
  const at = f.effects.findIndex((e) => e.metric === chosen);
  const effect = f.effects[at];
  const isMoney = effect === undefined;
  const stretches: Stretch[] = f.quarters.map((q) => {
    const point = isMoney ? q.money : q.points[at];
    const mark = marks.find((m) => m.no === q.no);
    const actual = isMoney ? mark?.money : mark?.points[at];
    const scale = (v: number) => (isMoney ? fromMinor(v, f.currency) : v);
    return {
      label: t('path.quarter', { no: q.no }), from: q.from, to: q.to, estimate: scale(point?.estimate ?? 0), lo: scale(point?.ci_lo ?? 0), hi: scale(point?.ci_hi ?? 0),
      actual: actual?.value === undefined ? undefined : scale(actual.value), state: actual?.state,
    };
  });
  const ended = stretches.filter((s) => s.state === 'ahead' || s.state === 'within' || s.state === 'behind');
  const last = ended.at(-1);
  const title = last?.state ? t(`path.now.${last.state as 'ahead'}`, { quarter: last.label }) : t('path.title');
  const choices = [...(priced ? [{ value: 'money', label: t('path.money') }] : []), ...f.effects.map((e) => ({ value: e.metric, label: e.name }))];
  const days = (q: Schemas['ForecastQuarter'] | undefined) => (q ? `${formatDay(q.from)} – ${formatDay(q.to)}` : '');
  return (
    <ChartFrame
      id="expected-path"
      file="expected-path"
      title={title}
      subtitle={t(isMoney ? 'path.moneySub' : 'path.sub')}
      summary={title}
      table={{
        header: [t('path.when'), t('path.expected'), t('path.low'), t('path.high'), t('path.actual'), t('path.state')],
        rows: stretches.map((s, k) => [`${s.label}: ${days(f.quarters[k])}`, s.estimate, s.lo, s.hi, s.actual, s.state ? t(`path.is.${s.state as 'ahead'}`) : '']),
      }}
    >
      {choices.length > 1 && <SegmentedControl size="xs" aria-label={t('path.choose')} value={chosen} onChange={choose} data={choices} style={{ marginBlockEnd: 10, maxInlineSize: '100%', overflowX: 'auto' }} />}
      <Corridor
        stretches={stretches}
        yLabel={isMoney ? t('path.moneyAxis') : t('path.axis', { metric: effect.unit ? `${effect.name} (${effect.unit})` : effect.name })}
        format={isMoney ? (v) => formatRound(v, f.currency) : undefined}
        color={isMoney ? 'var(--kind-money)' : (colors[effect.kind] ?? 'var(--strength-pos)')}
        summary={title}
        marks={events}
      />
    </ChartFrame>
  );
}
