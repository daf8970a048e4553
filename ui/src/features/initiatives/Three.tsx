import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { Files } from '@/charts/Files';
import { drawnTable } from '@/charts/picture';
import { aroundZero } from '@/charts/scale';
import { Bdi } from '@/components/Bdi';
import { formatPercent } from '@/i18n/format';
import { formatReturn } from '@/i18n/money';
import classes from './Initiatives.module.css';

const names = ['roi', 'rov', 'rox'] as const;

/** The three returns on one break-even line, each with its doubt. */
export function Three({ statement }: { statement: Schemas['ReturnsStatement'] }) {
  const { t } = useTranslation('initiatives');
  const here = useRef<HTMLDivElement>(null);
  const figures = () => ({
    header: ['', t('returns.estimate'), 'P5', 'P10', 'P50', 'P90', 'P95', t('returns.positive')],
    rows: names.map((n) => {
      const f = statement[n];
      return [t(`returns.${n}`), f?.estimate ?? f?.not_enough?.text, f?.p5, f?.p10, f?.p50, f?.p90, f?.p95, f?.prob_positive];
    }),
  });
  return (
    <>
      <div className={classes.files} data-print="no">
        <Files title={t('returns.estimate')} file={`returns-${statement.subject.replace(/\W+/g, '-')}`} pictures={() => (here.current ? [drawnTable(here.current)] : [])} figures={figures} />
      </div>
      <div ref={here}>
        <Bands statement={statement} />
      </div>
    </>
  );
}

function Bands({ statement }: { statement: Schemas['ReturnsStatement'] }) {
  const { t } = useTranslation('initiatives');
  const domain = aroundZero(names.flatMap((n) => [statement[n]?.p5, statement[n]?.p95, statement[n]?.estimate]));
  return (
    <div className={classes.three}>
      {names.map((n) => {
        const f = statement[n];
        return (
          <div key={n}>
            <h3>{t(`returns.${n}`)}</h3>
            {f?.estimate !== undefined && f.p5 !== undefined && f.p95 !== undefined ? (
              <>
                <p className={classes.figure}>
                  <Bdi>{formatReturn(f.estimate)}</Bdi>
                </p>
                <Band domain={domain} estimate={f.estimate} lo={f.p5} hi={f.p95} color="var(--kind-money)" />
                <p className={classes.soft}>
                  {t('returns.range')} <Bdi>{`${formatReturn(f.p5)} … ${formatReturn(f.p95)}`}</Bdi>
                </p>
                <p className={classes.soft}>
                  {t('returns.positive')} <Bdi>{formatPercent(Math.min(0.99, Math.max(0.01, f.prob_positive ?? 0)))}</Bdi>
                </p>
                {f.without_default_prices !== undefined && (
                  <p className={classes.soft}>
                    {t('returns.withoutDefault')} <Bdi>{formatReturn(f.without_default_prices)}</Bdi>
                  </p>
                )}
                {n === 'rox' && statement.lower_bound && <p className={classes.soft}>{t('returns.lowerBound')}</p>}
                {f.label && <p className={classes.soft}>{t(f.label === 'consistent_with' ? 'returns.consistent' : 'returns.modelled')}</p>}
              </>
            ) : (
              <p>{f?.not_enough?.text ?? '—'}</p>
            )}
          </div>
        );
      })}
    </div>
  );
}
