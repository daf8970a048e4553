import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { formatCount, formatTime } from '@/i18n/format';
import classes from './Pair.module.css';
import type { Detail } from './detail';

/** The method card of every figure on the page, one click away, and what was left out. */
export function Methods({ detail }: { detail: Detail }) {
  const { t } = useTranslation('linkage');
  const { methods, excluded = [], run } = detail;
  return (
    <Panel title={t('methods.title')}>
      {methods.map((m) => (
        <details key={m.name} className={classes.card}>
          <summary>{m.title}</summary>
          <p>{m.summary}</p>
          <dl>
            {m.assumes && (
              <>
                <dt>{t('methods.assumes')}</dt>
                <dd>{m.assumes}</dd>
              </>
            )}
            <dt>{t('methods.formula')}</dt>
            <dd>
              <bdi dir="ltr" className={classes.formula}>
                {m.formula}
              </bdi>
            </dd>
            {m.convention && (
              <>
                <dt>{t('methods.convention')}</dt>
                <dd>{m.convention}</dd>
              </>
            )}
            {m.example && (
              <>
                <dt>{t('methods.example')}</dt>
                <dd>
                  <bdi>{m.example}</bdi>
                </dd>
              </>
            )}
            <dt>{t('methods.reference')}</dt>
            <dd>
              <bdi dir="ltr">{m.reference}</bdi>
            </dd>
          </dl>
        </details>
      ))}
      {excluded.length > 0 && (
        <p className={classes.foot}>
          {t('methods.excluded')}:{' '}
          {excluded.map((e, i) => (
            <span key={i}>
              {i > 0 && '; '}
              {e.reason}: <Bdi>{formatCount(e.count)}</Bdi>
            </span>
          ))}
        </p>
      )}
      <p className={classes.foot}>{t('methods.version', { version: run.version ?? '1', seed: run.seed ?? '—', created: formatTime(run.created_at) })}</p>
    </Panel>
  );
}
