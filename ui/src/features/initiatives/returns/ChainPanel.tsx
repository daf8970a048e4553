import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { formatDay, formatNumber, formatRange } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import classes from '../Initiatives.module.css';

/** The chain from people through customers to money, as the newest run has it. */
export function ChainPanel() {
  const { t } = useTranslation('returns');
  const chain = api.useQuery('get', '/returns/chain', {});
  const c = chain.data;
  if (!c) return null;
  if (!c.established)
    return (
      <Panel title={t('chain.none')}>
        <div className={classes.sentences}>
          <p>{c.not_enough?.text}</p>
          {c.why.map((w) => (
            <p key={w.key} className={classes.soft}>
              {w.text}
            </p>
          ))}
        </div>
      </Panel>
    );
  const v = c.value;
  return (
    <Panel title={t('chain.title')} subtitle={t(c.declared ? 'chain.declared' : 'chain.byRule', { day: c.as_of ? formatDay(c.as_of) : '' })}>
      <dl className={classes.facts}>
        {c.b1 && <Link link={c.b1} name={t('chain.b1', { ex: c.ex ?? '', cx: c.cx ?? '' })} unit={t('chain.b1Unit')} />}
        {c.b2 && <Link link={c.b2} name={t('chain.b2', { cx: c.cx ?? '', loyalty: c.loyalty ?? '' })} unit={t('chain.b2Unit')} />}
        {v && (
          <>
            <div>
              <dt>{t('chain.perEx')}</dt>
              <dd>
                <Bdi>{formatMoney(v.per_ex.value, v.currency)}</Bdi>
                <span className={classes.small}>
                  <Bdi>{`${formatMoney(v.per_ex.p5, v.currency)} … ${formatMoney(v.per_ex.p95, v.currency)}`}</Bdi>
                </span>
              </dd>
            </div>
            <div>
              <dt>{t('chain.perCx')}</dt>
              <dd>
                <Bdi>{formatMoney(v.per_cx.value, v.currency)}</Bdi>
                <span className={classes.small}>
                  <Bdi>{`${formatMoney(v.per_cx.p5, v.currency)} … ${formatMoney(v.per_cx.p95, v.currency)}`}</Bdi>
                </span>
              </dd>
            </div>
          </>
        )}
      </dl>
      {!v && c.not_enough && <p className={classes.soft}>{c.not_enough.text}</p>}
      {c.caveats?.map((x) => (
        <p key={x.key + x.text} className={classes.soft}>
          {x.text}
        </p>
      ))}
      <p className={classes.soft}>{t('chain.association')}</p>
    </Panel>
  );
}

function Link({ link: l, name, unit }: { link: Schemas['ReturnsLink']; name: string; unit: string }) {
  const { t } = useTranslation('returns');
  return (
    <div>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>
        <Bdi>{formatNumber(l.estimate, 2)}</Bdi> <span className={classes.soft}>{unit}</span>
        <span className={classes.small}>
          <Bdi>{formatRange(l.ci_lo, l.ci_hi, 2)}</Bdi> · {t('chain.teams', { count: l.teams })}
        </span>
      </dd>
    </div>
  );
}
