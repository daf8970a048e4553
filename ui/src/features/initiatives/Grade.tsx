import { useTranslation } from 'react-i18next';
import classes from './Initiatives.module.css';

/** The evidence grade as a letter in a shape, with its word. */
export function Grade({ grade }: { grade?: 'A' | 'B' | 'C' }) {
  const { t } = useTranslation('initiatives');
  return (
    <span className={classes.grade}>
      <span className={classes.letter} data-grade={grade}>
        {grade ?? '–'}
      </span>
      <span className={classes.soft}>{t(`grade.${grade ?? 'none'}`)}</span>
    </span>
  );
}
