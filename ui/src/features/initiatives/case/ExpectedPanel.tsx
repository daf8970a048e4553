import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { aroundZero } from '@/charts/scale';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatPercent } from '@/i18n/format';
import { formatMoney, formatReturn } from '@/i18n/money';
import classes from '../Initiatives.module.css';

const names = ['roi', 'rov'] as const;

/** The expected returns and the lines they rest on: grades D and E, never mixed with what was measured. */
export function ExpectedPanel({ forecast: f }: { forecast: Schemas['Forecast'] }) {
  const { t } = useTranslation('forecast');
  const money = (v: number) => formatMoney(v, f.currency);
  const domain = aroundZero(names.flatMap((n) => [f[n]?.p10, f[n]?.p90, f[n]?.estimate]));
  return (
    <Panel title={t('expected.title')} subtitle={t('expected.sub', { cost: money(f.investment) })}>
      {f.refused.map((r) => (
        <p key={r} className={classes.soft}>
          {r}
        </p>
      ))}
      <div className={classes.three}>
        {names.map((n) => {
          const x = f[n];
          if (x?.estimate === undefined || x.p10 === undefined || x.p90 === undefined) return null;
          return (
            <div key={n}>
              <h3>{t(`expected.${n}`)}</h3>
              <p className={classes.figure}>
                <Bdi>{formatReturn(x.estimate)}</Bdi>
              </p>
              <Band domain={domain} estimate={x.estimate} lo={x.p10} hi={x.p90} color="var(--kind-money)" />
              <p className={classes.soft}>
                {t('expected.range')} <Bdi>{`${formatReturn(x.p10)} … ${formatReturn(x.p90)}`}</Bdi>
              </p>
              <p className={classes.soft}>
                {t('expected.positive')} <Bdi>{formatPercent(Math.min(0.99, Math.max(0.01, x.prob_positive ?? 0)))}</Bdi>
              </p>
            </div>
          );
        })}
        {f.roi && (
          <div>
            <h3>{t('expected.payback')}</h3>
            <p className={classes.figure}>{f.payback_month === undefined ? t('expected.never') : t('expected.month', { month: formatCount(f.payback_month) })}</p>
          </div>
        )}
      </div>
      {f.lines.length > 0 && (
        <Table file="expected" caption={t('expected.lines')} captionShown cards>
          <thead>
            <tr>
              <th scope="col">{t('expected.line')}</th>
              <th scope="col" data-num>
                {t('expected.value')}
              </th>
              <th scope="col">{t('expected.interval')}</th>
              <th scope="col">{t('expected.grade')}</th>
              <th scope="col">{t('expected.source')}</th>
            </tr>
          </thead>
          <tbody>
            {f.lines.map((l) => (
              <tr key={l.name}>
                <th scope="row">
                  <bdi>{l.name}</bdi>
                  <span className={classes.small}>{t(l.measured ? 'expected.measured' : 'expected.unmeasured')}</span>
                </th>
                <td data-label={t('expected.value')} data-num>
                  <Bdi>{money(l.value)}</Bdi>
                </td>
                <td data-label={t('expected.interval')}>
                  <Bdi>{`${money(l.ci_lo)} … ${money(l.ci_hi)}`}</Bdi>
                </td>
                <td data-label={t('expected.grade')}>
                  {l.grade} <span className={classes.soft}>{t(`grade.${l.grade}`)}</span>
                </td>
                <td data-label={t('expected.source')}>
                  <bdi>{l.price_source}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {f.left.map((l) => (
        <p key={l.line} className={classes.soft}>
          <bdi>{l.line}</bdi>: {l.reason}
        </p>
      ))}
    </Panel>
  );
}
