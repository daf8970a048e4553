import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { isolate } from '@/charts/isolate';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { formatCount, formatNumber } from '@/i18n/format';
import classes from './Cases.module.css';

/** How the cases of a year stand, and what customers say when they are asked whether theirs was solved. */
export function Tally() {
  const { t } = useTranslation('cases');
  const tally = api.useQuery('get', '/case-tally');
  const d = tally.data;
  if (!d || d.open + d.in_work + d.closed === 0) return null;
  const parts: [string, number][] = [
    [t('status.open'), d.open],
    [t('status.in_work'), d.in_work],
    [t('status.closed'), d.closed],
    [t('overdue'), d.overdue],
    [t('reopened'), d.reopened],
  ];
  return (
    <Panel title={t('tally.title')} subtitle={t('tally.sub')}>
      <dl className={classes.tally}>
        {parts.map(([name, n]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Bdi>{formatCount(n)}</Bdi>
            </dd>
          </div>
        ))}
      </dl>
      <p className={classes.line}>
        {d.asked === 0 ? t('tally.nobody') : t('tally.asked', { asked: formatCount(d.asked), replied: formatCount(d.replied), solved: formatCount(d.said_solved) })}
        {d.solved && (
          <>
            {' '}
            <Share figure={d.solved} />
          </>
        )}
      </p>
      {d.asked > 0 && !d.solved && <p className={classes.small}>{t('tally.few')}</p>}
    </Panel>
  );
}

function Share({ figure }: { figure: Schemas['CxFigure'] }) {
  const { t } = useTranslation('cases');
  return <strong>{t('tally.share', { share: isolate(`${formatNumber(figure.value, 0)} %`), band: isolate(`${formatNumber(figure.lo, 0)}–${formatNumber(figure.hi, 0)} %`) })}</strong>;
}
