import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import classes from './Comments.module.css';

/** Method cards, one click away from the figures. */
export function MethodCards({ cards }: { cards: Schemas['MethodCard'][] }) {
  const { t } = useTranslation('comments');
  return (
    <>
      {cards.map((m) => (
        <details key={m.name} className={classes.card}>
          <summary>{m.title}</summary>
          <p>{m.summary}</p>
          <dl>
            {m.measured && (
              <>
                <dt>{t('cards.measured')}</dt>
                <dd>{m.measured}</dd>
              </>
            )}
            {m.assumes && (
              <>
                <dt>{t('cards.assumes')}</dt>
                <dd>{m.assumes}</dd>
              </>
            )}
            <dt>{t('cards.formula')}</dt>
            <dd>
              <bdi dir="ltr">{m.formula}</bdi>
            </dd>
            {m.convention && (
              <>
                <dt>{t('cards.convention')}</dt>
                <dd>
                  <bdi dir="ltr">{m.convention}</bdi>
                </dd>
              </>
            )}
            {m.example && (
              <>
                <dt>{t('cards.example')}</dt>
                <dd>
                  <bdi dir="ltr">{m.example}</bdi>
                </dd>
              </>
            )}
            <dt>{t('cards.reference')}</dt>
            <dd>
              <bdi dir="ltr">{m.reference}</bdi>
            </dd>
          </dl>
        </details>
      ))}
    </>
  );
}
