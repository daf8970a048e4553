import type { Metric } from '../findings';

/** The name of a metric with its unit, as it stands on an axis. */
export function withUnit(metric: Metric): string {
  return metric.unit ? `${metric.name} (${metric.unit})` : metric.name;
}
