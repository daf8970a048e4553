import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { formatCount, formatDay, formatNumber } from '@/i18n/format';
import { besideOf, type Column } from './figures';
import classes from './Results.module.css';

/** What others reached, never without its source and date. */
export function BesideCell({ column }: { column: Column }) {
  const { t } = useTranslation('pulse');
  const b = besideOf(column);
  if (!b) return <td>—</td>;
  return (
    <td className={classes.cell}>
      <Bdi>{formatNumber(b.value)}</Bdi>
      <span className={`${classes.range} ${classes.source}`}>
        <bdi>{b.source}</bdi>, {formatDay(b.on)}
        {b.n ? `, ${t('benchmarks.of', { count: b.n, n: formatCount(b.n) })}` : ''}
      </span>
    </td>
  );
}
