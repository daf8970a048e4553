import { useTranslation } from 'react-i18next';
import type { Metric } from '../findings';

/** The name of a metric with its unit, as it stands on an axis. */
export function withUnit(metric: Metric): string {
  return metric.unit ? `${metric.name} (${metric.unit})` : metric.name;
}

/** The unit of a slope: how much of y per unit of x; "slope" where a unit is not written down. */
export function useSlopeUnit(x: Metric, y: Metric): string {
  const { t } = useTranslation('linkage');
  return x.unit && y.unit ? t('figures.slopeUnit', { x: x.unit, y: y.unit }) : t('figures.slope');
}
