import { useTranslation } from 'react-i18next';
import type { Released } from './figures';
import classes from './Results.module.css';

const tables = ['groups', 'favourable', 'questions', 'trend', 'corrected', 'reliability', 'comments'] as const;

/** Every table of this page as a file of its own; the workbook at the top holds them all. */
export function Downloads({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  return (
    <p className={classes.doubt}>
      {t('downloads.lead')}{' '}
      {tables.map((table, i) => (
        <span key={table}>
          {i > 0 && ' · '}
          <a href={`/api/v1/waves/${encodeURIComponent(r.wave.id)}/results/csv?table=${table}`} download={`${r.wave.title} ${table}.csv`}>
            {t(`downloads.${table}`)}
          </a>
        </span>
      ))}
    </p>
  );
}
