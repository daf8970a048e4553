import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Panel } from '@/components/Panel';
import { formatCount } from '@/i18n/format';
import { FigureText } from './figures';
import classes from './Journeys.module.css';

/** The three pains that lose customers: waiting, effort, matters left open. */
export function HurtList({ hurts, promise }: { hurts: Schemas['CxHurts']; promise?: number }) {
  const { t } = useTranslation('journeys');
  const rows = [
    { title: t('pain.waiting'), lines: [['median', hurts.median, 1, ` ${t('minutes')}`], ['p90', hurts.p90, 1, ` ${t('minutes')}`], ['over', hurts.over, 0, '%']] },
    { title: t('pain.effort'), lines: [['ease', hurts.ease, 1, ''], ['contacts', hurts.contacts, 2, ''], ['switches', hurts.switches, 2, '']] },
    { title: t('pain.closure'), lines: [['open', hurts.open, 0, '%'], ['reopened', hurts.reopened, 0, '%'], ['took', hurts.took, 0, ` ${t('minutes')}`]] },
  ] as const;
  return (
    <Panel title={t('hurts')} subtitle={promise ? t('promise', { n: formatCount(promise) }) : undefined}>
      <div className={classes.hurts}>
        {rows.map((row) => (
          <section key={row.title}>
            <h3 className={classes.name}>{row.title}</h3>
            <dl className={classes.list}>
              {row.lines.map(([key, figure, digits, unit]) => (
                <div key={key}>
                  <dt>{t(`hurt.${key}`)}</dt>
                  <dd>
                    <FigureText figure={figure} digits={digits} unit={unit} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Panel>
  );
}
