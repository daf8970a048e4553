import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import classes from './Initiatives.module.css';
import { Three } from './Three';

export function ReturnsPanel({ statement: s, currency }: { statement: Schemas['ReturnsStatement']; currency: string }) {
  const { t } = useTranslation('initiatives');
  const money = (v: number) => formatMoney(v, s.currency ?? currency);
  if (!s.roi)
    return (
      <Panel title={t('returns.none')}>
        <div className={classes.sentences}>
          {s.refused.map((r) => (
            <p key={r}>{r}</p>
          ))}
        </div>
      </Panel>
    );
  return (
    <Panel title={t('returns.title')} subtitle={t('returns.sub', { cost: money(s.investment ?? 0), version: s.definition ?? '' })}>
      <Three statement={s} />
      <Table caption={t('returns.lines')} captionShown cards>
        <thead>
          <tr>
            <th scope="col">{t('returns.line')}</th>
            <th scope="col" data-num>
              {t('returns.value')}
            </th>
            <th scope="col">{t('returns.interval')}</th>
            <th scope="col">{t('col.grade')}</th>
            <th scope="col">{t('returns.source')}</th>
          </tr>
        </thead>
        <tbody>
          {s.lines.map((l) => (
            <tr key={l.name}>
              <th scope="row">
                <bdi>{l.name}</bdi>
                <span className={classes.small}>{t(`counts.${l.counts_in}`)}</span>
              </th>
              <td data-label={t('returns.value')} data-num>
                <Bdi>{money(l.value)}</Bdi>
              </td>
              <td data-label={t('returns.interval')}>
                <Bdi>{`${money(l.ci_lo)} … ${money(l.ci_hi)}`}</Bdi>
              </td>
              <td data-label={t('col.grade')}>
                {l.grade} {l.realised && <span className={classes.soft}>{t('returns.realised')}</span>}
              </td>
              <td data-label={t('returns.source')}>
                <bdi>{l.price_source}</bdi>
                {l.default_price && <span className={classes.small}>{t('returns.defaultPrice')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <dl className={classes.facts}>
        {s.npv !== undefined && (
          <div>
            <dt>{t('returns.npv')}</dt>
            <dd>
              <Bdi>{money(s.npv)}</Bdi>
            </dd>
          </div>
        )}
        {s.payback_month !== undefined && (
          <div>
            <dt>{t('returns.payback')}</dt>
            <dd>{t('returns.month', { month: formatCount(s.payback_month) })}</dd>
          </div>
        )}
        {s.bridge.map((b) => (
          <div key={b.line}>
            <dt>
              {t('returns.bridge')}: <bdi>{b.line}</bdi>
            </dt>
            <dd>
              <Bdi>{money(b.amount)}</Bdi>
            </dd>
          </div>
        ))}
      </dl>
      {s.left.map((l) => (
        <p key={l.line} className={classes.soft}>
          <bdi>{l.line}</bdi>: {l.reason}
        </p>
      ))}
    </Panel>
  );
}
