import { useTranslation } from 'react-i18next';
import classes from './Results.module.css';

/** The one form of every figure that is held back: hatched, with the same two words. */
export function NotShown({ short }: { short?: boolean }) {
  const { t } = useTranslation('words');
  return (
    <span className={classes.hidden}>
      {short && <span aria-hidden>—</span>}
      <span className={short ? classes.spoken : undefined}>{t('notShown')}</span>
    </span>
  );
}
