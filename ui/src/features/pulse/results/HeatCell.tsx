import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { formatCount, formatRange } from '@/i18n/format';
import { boundsOf, figureOf, standing, type Cell } from './figures';
import { NotShown } from './NotShown';
import classes from './Results.module.css';

const marks = { above: '▲', below: '▼', about: '' } as const;

export function HeatCell({ cell, company }: { cell?: Cell; company?: Cell }) {
  const { t } = useTranslation('pulse');
  const at = company ? standing(cell, company) : figureOf(cell) === undefined ? 'hidden' : 'about';
  const value = figureOf(cell);
  if (at === 'hidden' || value === undefined) {
    return (
      <td className={classes.cell}>
        <NotShown short />
      </td>
    );
  }
  const bounds = boundsOf(cell);
  return (
    <td className={classes.cell} data-standing={at}>
      <Bdi>{formatCount(value)}</Bdi> <span aria-hidden>{marks[at]}</span>
      {at !== 'about' && <span className={classes.spoken}>{t(`heat.${at}`)}</span>}
      {bounds && (
        <span className={classes.range}>
          <Bdi>{formatRange(bounds[0], bounds[1], 0)}</Bdi>
        </span>
      )}
    </td>
  );
}
