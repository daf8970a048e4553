import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { formatNumber, formatPercent, formatRange } from '@/i18n/format';
import { formatMoney, formatReturn } from '@/i18n/money';
import classes from '../Initiatives.module.css';

/** What ROX is made of: the parts in money, the share that ran through people, and the yield of a point. */
export function PartsPanel({ statement: s, currency }: { statement: Schemas['ReturnsStatement']; currency: string }) {
  const { t } = useTranslation('returns');
  const c = s.chain;
  if (!c) return null;
  const money = (v: number) => formatMoney(v, currency);
  const share = s.mediated_share;
  const facts: [string, string, string?][] = [
    [t('parts.dEx'), formatNumber(c.d_ex, 2), formatRange(c.d_ex_lo, c.d_ex_hi, 2)],
    [t(s.lower_bound ? 'parts.mExLeast' : 'parts.mEx'), money(c.m_ex), `${money(c.m_ex_p5)} … ${money(c.m_ex_p95)}`],
    [t('parts.mCx'), c.m_cx === undefined ? t('parts.unmeasured') : money(c.m_cx)],
    [t('parts.sEx'), money(c.s_ex)],
    [t('parts.sCx'), money(c.s_cx)],
  ];
  if (c.yield !== undefined) facts.push([t(s.lower_bound ? 'parts.yieldLeast' : 'parts.yield'), money(Math.round(c.yield)), t('parts.yieldHelp')]);
  if (c.yield_per_cost !== undefined) facts.push([t('parts.perCost', { currency }), formatNumber(c.yield_per_cost, 2)]);
  if (s.rox?.long_view !== undefined) facts.push([t('parts.long'), formatReturn(s.rox.long_view)]);
  return (
    <Panel title={t('parts.title')} subtitle={t('parts.sub')}>
      <dl className={classes.facts}>
        {facts.map(([name, figure, more]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Bdi>{figure}</Bdi>
              {more && (
                <span className={classes.small}>
                  <Bdi>{more}</Bdi>
                </span>
              )}
            </dd>
          </div>
        ))}
        {share && (
          <div>
            <dt>{t('parts.share')}</dt>
            <dd>
              {share.estimate !== undefined && share.p5 !== undefined && share.p95 !== undefined && share.verdict ? (
                <>
                  <Bdi>{`${formatPercent(share.estimate)} (${formatPercent(share.p5)} … ${formatPercent(share.p95)})`}</Bdi>
                  <span className={classes.small}>{t(`parts.verdict.${share.verdict}`)}</span>
                </>
              ) : (
                <span className={classes.soft}>{share.not_enough?.text}</span>
              )}
            </dd>
          </div>
        )}
      </dl>
      {s.caveats?.map((x) => (
        <p key={x.key + x.text} className={classes.soft}>
          {x.text}
        </p>
      ))}
      <p className={classes.soft}>{t('parts.pay')}</p>
    </Panel>
  );
}
