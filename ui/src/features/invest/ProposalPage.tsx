import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Band } from '@/charts/Band';
import { Files } from '@/charts/Files';
import { drawn } from '@/charts/picture';
import { aroundZero } from '@/charts/scale';
import { unitOf } from '@/charts/isolate';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { decimalsFor, formatDay, formatNumber, formatPercent } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import { Chain } from './Chain';
import { Decide } from './Decide';
import { EstimatesPanel } from './EstimatesPanel';
import classes from './Invest.module.css';

/** One proposal: where it stands and why, what colleagues estimate, and the way from its metric to money. */
export function ProposalPage() {
  const { t } = useTranslation('invest');
  const may = useMay();
  const { id = '' } = useParams<{ id: string }>();
  const proposal = api.useQuery('get', '/proposals/{id}', { params: { path: { id } } });
  if (proposal.isError) return <ProblemNotice error={proposal.error} retry={() => void proposal.refetch()} />;
  if (!proposal.data) return <PageSkeleton rows={8} />;
  const p = proposal.data;
  const live = p.state === 'estimating' || p.state === 'estimated';
  return (
    <Page
      above={<Link href="/invest">{t('title')}</Link>}
      title={p.idea.name}
      lead={
        <>
          <bdi>{p.metric.name}</bdi> · <bdi>{p.team_name ?? t('organisation')}</bdi> · {t(`state.${p.state}`)}
        </>
      }
      actions={live && may('proposals.write') && <ButtonLink href={`/invest/${p.id}/edit`} variant="default">{t('edit')}</ButtonLink>}
    >
      {p.standing && live && <Standing proposal={p} standing={p.standing} />}
      <Panel title={t('idea')}>
        <div className={classes.words}>
          <p>
            <bdi>{p.idea.behaviour}</bdi>
          </p>
          {p.idea.solution && (
            <p>
              <bdi>{p.idea.solution}</bdi>
            </p>
          )}
          {p.barrier_name && (
            <p className={classes.soft}>
              {t('barrier')} <bdi>{p.barrier_name}</bdi>
            </p>
          )}
          <p className={classes.soft}>{t('proposedBy', { name: p.created_by, day: formatDay(p.created_at) })}</p>
        </div>
      </Panel>
      <EstimatesPanel proposal={p} />
      {p.standing && live && (
        <Panel title={t('chain.title')} subtitle={t('chain.sub')}>
          <Chain worth={p.standing.worth} unit={p.metric.unit} />
        </Panel>
      )}
      {p.initiative && (
        <Panel title={t('became')}>
          <Link href={`/initiatives/${p.initiative}`}>{p.idea.name}</Link>
        </Panel>
      )}
      {p.action && (
        <Panel title={t('becameAction')}>
          <Link href={`/actions/${p.action}`}>{p.idea.name}</Link>
        </Panel>
      )}
      {live && may('proposals.decide') && <Decide proposal={p} />}
    </Page>
  );
}

function Standing({ proposal: p, standing: s }: { proposal: Schemas['Proposal']; standing: Schemas['ProposalStanding'] }) {
  const { t } = useTranslation('invest');
  const r = s.ratio;
  const picture = useRef<HTMLDivElement>(null);
  const files = r && (
    <Files
      title={p.idea.name}
      file="proposal"
      pictures={() => [picture.current?.querySelector('svg')].flatMap((x) => (x ? [drawn(x)] : []))}
      figures={() => ({ header: [t('col.proposal'), t('col.ratio'), '5 %', '50 %', '95 %'], rows: [[p.idea.name, r.value, r.p5, r.p50, r.p95]] })}
    />
  );
  return (
    <Panel actions={files} title={r ? t('standing.title', { list: t(`list.${s.list}`), ratio: formatNumber(r.value, 1), lo: formatNumber(r.p5, 1), hi: formatNumber(r.p95, 1) }) : t(`list.${s.list}`)} subtitle={r && t('standing.sub')}>
      <div className={classes.words}>
        {r && (
          <div ref={picture}>
            <Band domain={aroundZero([r.p5 - 1, r.p95 - 1])} estimate={r.value - 1} lo={r.p5 - 1} hi={r.p95 - 1} color="var(--kind-money)" width={320} />
          </div>
        )}
        {s.reasons.map((x) => (
          <p key={x.key + x.text}>{x.text}</p>
        ))}
        {s.look_again && <p>{t(p.due ? 'lookAgainDue' : 'lookAgain', { day: formatDay(s.look_again) })}</p>}
      </div>
      <dl className={classes.facts}>
        {s.actual?.estimate !== undefined && (
          <div>
            <dt>{t('standing.actual')}</dt>
            <dd>
              <Bdi>{formatNumber(s.actual.estimate, decimalsFor(s.actual.ci_lo, s.actual.ci_hi, s.actual.estimate))}</Bdi> {p.metric.unit && unitOf(p.metric.unit)}
            </dd>
          </div>
        )}
        {s.desired !== undefined && (
          <div>
            <dt>{t('standing.desired')}</dt>
            <dd>
              <Bdi>{formatNumber(s.desired)}</Bdi> {p.metric.unit && unitOf(p.metric.unit)}
            </dd>
          </div>
        )}
        {s.value && (
          <div>
            <dt>{t('standing.value')}</dt>
            <dd>
              <Bdi>{formatMoney(s.value.value, p.currency)}</Bdi>
              <span className={classes.small}>
                <Bdi>{`${formatMoney(s.value.p5, p.currency)} … ${formatMoney(s.value.p95, p.currency)}`}</Bdi>
              </span>
            </dd>
          </div>
        )}
        {r && (
          <>
            <div>
              <dt>{t('standing.careful')}</dt>
              <dd>
                <Bdi>{formatNumber(r.p10, 1)}</Bdi>
              </dd>
            </div>
            <div>
              <dt>{t('standing.first')}</dt>
              <dd>
                <Bdi>{formatPercent(r.first)}</Bdi>
              </dd>
            </div>
          </>
        )}
      </dl>
    </Panel>
  );
}
