import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { EstimateText } from '@/charts/EstimateText';
import { VerdictTag } from '@/charts/VerdictTag';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { formatNumber } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import classes from './Invest.module.css';

/** The way from a metric to money: each link with its interval and its gate, and where it breaks off. */
export function Chain({ worth, unit, moved }: { worth: Schemas['PointWorth']; unit?: string; moved?: boolean }) {
  const { t, i18n } = useTranslation('invest');
  const per = worth.per_point;
  return (
    <>
      {worth.steps.length > 0 && (
        <ol className={classes.chain} aria-label={t('chain.label')}>
          {worth.steps.map((s) => (
            <li key={`${s.from} ${s.to}`} data-sure={s.verdict === 'supported' || undefined}>
              <p>
                <strong>
                  <bdi>{s.from}</bdi> {i18n.dir() === 'rtl' ? '←' : '→'} <bdi>{s.to}</bdi>
                </strong>{' '}
                <VerdictTag verdict={s.verdict} estimate={s.effect.estimate} />
              </p>
              <p>
                {t('chain.per')} <EstimateText estimate={s.effect} unit={s.unit} />
                <span className={classes.soft}> · {s.lag > 0 ? t(`chain.later.${s.grain}`, { count: s.lag }) : t('chain.same')}</span>
              </p>
              {moved && s.change && (
                <p>
                  {t('chain.change')} <EstimateText estimate={s.change} unit={s.unit} bold />
                </p>
              )}
              {s.text.slice(0, 2).map((x) => (
                <p key={x.key} className={classes.small}>
                  {x.text}
                </p>
              ))}
            </li>
          ))}
        </ol>
      )}
      {worth.not_enough && (
        <Notice tone="info" title={worth.not_enough.text}>
          {worth.not_enough.why.map((x) => (
            <p key={x.key}>{x.text}</p>
          ))}
        </Notice>
      )}
      {per && (
        <>
          <p>
            {t('chain.point', { unit: unit ?? '' })}{' '}
            <Bdi>
              <strong>{formatMoney(per.value, worth.currency)}</strong>{' '}
              {per.p5 !== per.p95 && <span className={classes.soft}>[{`${formatMoney(per.p5, worth.currency)} … ${formatMoney(per.p95, worth.currency)}`}]</span>}
            </Bdi>{' '}
            {t('chain.over', { months: formatNumber(worth.months) })}
          </p>
          {worth.lower_bound && (
            <p>
              <strong>{t('chain.lowerBound')}</strong>
            </p>
          )}
          {worth.caveats?.map((x) => (
            <p key={x.key + x.text} className={classes.small}>
              {x.text}
            </p>
          ))}
          <p className={classes.small}>
            {t(worth.by === 'price' ? 'chain.declared' : 'chain.consistent')} {worth.source && <bdi>{worth.source}</bdi>}
          </p>
        </>
      )}
    </>
  );
}
