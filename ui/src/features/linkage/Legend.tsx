import { useTranslation } from 'react-i18next';
import { VerdictShape } from '@/charts/VerdictShape';
import { verdicts } from '@/charts/evidence';
import classes from './Evidence.module.css';

export function Legend() {
  const { t } = useTranslation(['linkage', 'words']);
  return (
    <ul className={classes.legend} aria-label={t('legend.label')}>
      {verdicts.map((verdict) => (
        <li key={verdict}>
          <VerdictShape verdict={verdict} />
          <span>
            {t(`words:verdict.${verdict}`)}
            {verdict === 'supported' && <> ({t('legend.supported')})</>}
          </span>
        </li>
      ))}
      <li>
        <svg width="14" height="14" aria-hidden>
          <circle cx="7" cy="7" r="6" fill="var(--strength-pos)" />
        </svg>
        {t('legend.positive')}
      </li>
      <li>
        <svg width="14" height="14" aria-hidden>
          <circle cx="7" cy="7" r="6" fill="var(--strength-neg)" />
        </svg>
        {t('legend.negative')}
      </li>
    </ul>
  );
}
