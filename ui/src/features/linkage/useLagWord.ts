import { useTranslation } from 'react-i18next';
import type { Finding } from './findings';

/** "same period", or how much later y is looked at than x. */
export function useLagWord(): (lag: number, grain: Finding['grain']) => string {
  const { t } = useTranslation('linkage');
  return (lag, grain) => (lag === 0 ? t('sameTime') : t(`lag.${grain}`, { count: lag }));
}
