import { useTranslation } from 'react-i18next';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { TrendLine, type TrendDot } from '@/charts/TrendLine';
import { ChoiceField } from '@/components/Field';
import { useKept } from '@/components/useKept';
import { formatDay } from '@/i18n/format';
import { boundsOf, figureOf, type Released } from './figures';

/** The company over the waves; a changed wording breaks the line, because before and after are two different questions. */
export function Trend({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const marks = useMarks();
  const candidates = r.columns.filter((c) => (c.trend ?? []).length > 1);
  const [chosen, setChosen] = useKept('trend');
  const column = candidates.find((c) => c.key === chosen) ?? candidates[0];
  if (!column) return null;
  const dots = (column.trend ?? []).flatMap((p): TrendDot[] => {
    const value = figureOf(p.cell);
    const bounds = boundsOf(p.cell);
    return value === undefined ? [] : [{ on: p.on, value, lo: bounds?.[0], hi: bounds?.[1], breaks: p.version_break ?? false }];
  });
  const enps = column.company?.enps !== undefined;
  const last = dots.at(-1);
  const name = enps ? t('results.enps') : column.title;
  const table = { header: [t('trend.wave'), name, t('trend.from'), t('trend.to')], rows: dots.map((d) => [formatDay(d.on), d.value, d.lo, d.hi]) };
  const summary = t('trend.summary', { name, value: last?.value ?? 0, count: dots.length });
  return (
    <ChartFrame id="trend" file="trend" title={t('trend.title', { name })} subtitle={t(dots.some((d) => d.breaks) ? 'trend.broken' : 'trend.subtitle')} summary={summary} table={table}>
      <ChoiceField size="xs" mb={10} maw={360} aria-label={t('trend.choose')} choices={candidates.map((c) => ({ value: c.key, label: c.company?.enps !== undefined ? t('results.enps') : c.title }))} value={column.key} onChoose={setChosen} />
      <TrendLine dots={dots} marks={marks} domain={enps ? [-100, 100] : [0, 100]} summary={summary} breakLabel={t('trend.newWording')} color="var(--kind-ex)" />
    </ChartFrame>
  );
}
