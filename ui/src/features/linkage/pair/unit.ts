import { useTranslation } from 'react-i18next';
import type { Metric } from '../findings';

/** The name of a metric with its unit, as it stands on an axis. */
export function withUnit(metric: Metric): string {
  return metric.unit ? `${metric.name} (${metric.unit})` : metric.name;
}

/** The unit of a slope: how much of y per unit of x; "slope" where a unit is missing or only names a scale ("1–5"). */
export function useSlopeUnit(x: Metric, y: Metric): string {
  const { t } = useTranslation('linkage');
  const named = (unit: string) => unit !== '' && !/\d/.test(unit);
  return named(x.unit) && named(y.unit) ? t('figures.slopeUnit', { x: x.unit, y: y.unit }) : t('figures.slope');
}
