import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import classes from './Evidence.module.css';

/** What is true here, in two or three sentences: the answer before the pictures. */
export function Headline({ sentences }: { sentences: Schemas['Sentence'][] }) {
  const { t } = useTranslation('linkage');
  if (sentences.length === 0) return null;
  return (
    <section className={classes.headline} aria-label={t('headline')}>
      {sentences.map((s, i) => (
        <p key={i} className={i === 0 ? classes.first : undefined}>
          {s.text}
        </p>
      ))}
    </section>
  );
}
