import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { decimalsFor, formatNumber, formatRange } from '@/i18n/format';
import type { Estimate } from './evidence';
import { unitOf } from './isolate';

interface Props {
  estimate: Estimate;
  unit?: string;
  bold?: boolean;
  /** The fewest decimals: two for a correlation. */
  least?: number;
}

/** A figure with its interval as text, or in its place what is missing, never a number that is none. */
export function EstimateText({ estimate, unit, bold, least }: Props) {
  const { t } = useTranslation('words');
  if (estimate.not_shown) return <span>— {t('notShown')}</span>;
  if (estimate.not_enough) return <span>{estimate.not_enough.text}</span>;
  const { estimate: b, ci_lo: lo, ci_hi: hi } = estimate;
  if (lo !== undefined && hi !== undefined && b === undefined) return <Bdi>{formatRange(lo, hi, decimalsFor(lo, hi, undefined, least))}</Bdi>;
  if (b === undefined) return <span>—</span>;
  const decimals = decimalsFor(lo, hi, b, least);
  return (
    <>
      <Bdi>
        <span style={{ fontWeight: bold ? 650 : undefined }}>{formatNumber(b, decimals)}</span>
        {lo !== undefined && hi !== undefined && <span style={{ color: 'var(--ink-soft)' }}> [{formatRange(lo, hi, decimals)}]</span>}
        {unit === '%' && '\u00a0%'}
      </Bdi>
      {unit && unit !== '%' && (
        <>
          {' '}
          <span style={{ whiteSpace: 'nowrap' }}>{unitOf(unit)}</span>
        </>
      )}
    </>
  );
}
