import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { aroundZero } from '@/charts/scale';
import { unitOf } from '@/charts/isolate';
import { Bdi } from '@/components/Bdi';
import { FromTo } from '@/components/FromTo';
import { Table } from '@/components/Table';
import { decimalsFor, formatDay, formatNumber, formatPercent } from '@/i18n/format';
import classes from './Invest.module.css';

type Proposal = Schemas['Proposal'];

/** Proposals of one list; the band shows worth less cost per unit of cost, so that the line in the middle is break-even. */
export function ProposalTable({ items, all, caption }: { items: Proposal[]; all: Proposal[]; caption: string }) {
  const { t } = useTranslation('invest');
  const domain = aroundZero(all.flatMap((p) => (p.standing?.ratio ? [p.standing.ratio.p5 - 1, p.standing.ratio.p95 - 1, p.standing.ratio.value - 1] : [])));
  return (
    <Table file="proposals" caption={caption} cards>
      <thead>
        <tr>
          <th scope="col">{t('col.proposal')}</th>
          <th scope="col">{t('col.gap')}</th>
          <th scope="col">{t('col.ratio')}</th>
          <th scope="col">{t('col.why')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((p) => (
          <Row key={p.id} item={p} domain={domain} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ item: p, domain }: { item: Proposal; domain: readonly [number, number] }) {
  const { t } = useTranslation('invest');
  const s = p.standing;
  const r = s?.ratio;
  return (
    <tr>
      <th scope="row">
        <Link href={`/invest/${p.id}`}>
          <bdi>{p.idea.name}</bdi>
        </Link>
        <span className={classes.small}>
          <bdi>{p.team_name ?? t('organisation')}</bdi> · {t('given', { count: p.given })}
        </span>
      </th>
      <td data-label={t('col.gap')}>
        <bdi>{p.metric.name}</bdi>
        <span className={classes.small}>
          {s?.actual?.estimate !== undefined && s.desired !== undefined ? (
            <FromTo from={formatNumber(s.actual.estimate, decimalsFor(s.actual.ci_lo, s.actual.ci_hi, s.actual.estimate))} to={formatNumber(s.desired)} />
          ) : (
            t('noGap')
          )}{' '}
          {p.metric.unit && unitOf(p.metric.unit)}
        </span>
      </td>
      <td data-label={t('col.ratio')}>
        {r ? (
          <>
            <Bdi>
              <strong>{formatNumber(r.value, 1)}</strong> <span className={classes.soft}>[{`${formatNumber(r.p5, 1)} … ${formatNumber(r.p95, 1)}`}]</span>
            </Bdi>
            <Band domain={domain} estimate={r.value - 1} lo={r.p5 - 1} hi={r.p95 - 1} color={s.list === 'invest' ? 'var(--kind-money)' : 'var(--strength-none)'} width={180} />
            <span className={classes.small}>{t('first', { share: formatPercent(r.first) })}</span>
          </>
        ) : (
          '—'
        )}
      </td>
      <td data-label={t('col.why')}>
        {p.state === 'accepted' || p.state === 'withdrawn' ? (
          p.initiative ? <Link href={`/initiatives/${p.initiative}`}>{t('state.accepted')}</Link> : t(`state.${p.state}`)
        ) : (
          <>
            {s?.reasons[0]?.text ?? t('notRanked')}
            {s?.look_again && <span className={classes.small}>{t(p.due ? 'lookAgainDue' : 'lookAgain', { day: formatDay(s.look_again) })}</span>}
          </>
        )}
      </td>
    </tr>
  );
}
