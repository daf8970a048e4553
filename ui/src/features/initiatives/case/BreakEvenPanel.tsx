import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ChartFrame } from '@/charts/ChartFrame';
import { isolate } from '@/charts/isolate';
import { Thresholds } from '@/charts/Thresholds';
import { decimalsFor, formatNumber } from '@/i18n/format';

/** From where it pays, beside from where it could be seen. */
export function BreakEvenPanel({ forecast: f }: { forecast: Schemas['Forecast'] }) {
  const { t } = useTranslation('forecast');
  const b = f.break_even;
  if (!b.text || (b.effect === undefined && b.mde === undefined)) return null;
  const out = f.effects[0];
  const sign = Math.sign(b.effect ?? b.estimate) || 1;
  // The three stand beside each other: one number of decimals for all.
  const decimals = decimalsFor(undefined, undefined, b.effect ?? b.mde) + 1;
  const marks = [
    ...(b.effect === undefined ? [] : [{ label: t('even.pays', { effect: isolate(formatNumber(b.effect, decimals)) }), at: b.effect, color: 'var(--kind-money)' }]),
    ...(b.mde === undefined ? [] : [{ label: t('even.seen', { effect: isolate(formatNumber(sign * b.mde, decimals)) }), at: sign * b.mde, color: 'var(--accent)', dashed: true }]),
  ];
  const unit = out ? (out.unit ? `${out.name} (${out.unit})` : out.name) : '';
  return (
    <ChartFrame
      id="break-even"
      file="break-even"
      title={t('even.title')}
      subtitle={b.text}
      summary={b.text}
      table={{ header: [t('even.what'), t('even.size')], rows: [[t('even.expected'), b.estimate], [t('even.low'), b.ci_lo], [t('even.high'), b.ci_hi], [t('even.paysName'), b.effect], [t('even.seenName'), b.mde]] }}
    >
      <Thresholds label={t('even.expectedAt', { effect: isolate(formatNumber(b.estimate, decimals)) })} estimate={b.estimate} lo={b.ci_lo} hi={b.ci_hi} marks={marks} xLabel={t('even.axis', { metric: unit })} summary={b.text} />
    </ChartFrame>
  );
}
