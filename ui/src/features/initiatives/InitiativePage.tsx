import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { PageSkeleton, RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { want } from '@/i18n';
import { formatDay, formatTime } from '@/i18n/format';
import { Then } from '@/components/Then';
import { EffectPanels } from './EffectPanels';
import classes from './Initiatives.module.css';
import { OutlookPanel } from './OutlookPanel';
import { PlanPanel } from './PlanPanel';
import { ReturnsPanel } from './ReturnsPanel';
import { Three } from './Three';
import { Work } from './Work';

// The business case comes with words of its own, and only where an initiative is opened.
const CasePanel = lazy(() => Promise.all([import('./case'), want('forecast')]).then(([m]) => ({ default: m.CasePanel })));

export function InitiativePage() {
  const { t } = useTranslation('initiatives');
  const { id } = useParams<{ id: string }>();
  const detail = api.useQuery('get', '/initiatives/{id}', { params: { path: { id } } });
  if (detail.isPending) return <PageSkeleton rows={12} />;
  if (detail.isError) {
    if (toProblem(detail.error).status !== 404) return <ProblemNotice error={detail.error} retry={() => void detail.refetch()} />;
    return (
      <Page title={t('title')}>
        <EmptyState title={t('gone')} actions={<ButtonLink href="/initiatives">{t('back')}</ButtonLink>} />
      </Page>
    );
  }
  return <Detail detail={detail.data} />;
}

function Detail({ detail }: { detail: Schemas['InitiativeDetail'] }) {
  const { t } = useTranslation('initiatives');
  const may = useMay();
  const { initiative: i, evaluation, outlook, returns, bundle, changes } = detail;
  const writes = may('ledger.write');
  return (
    <Page
      above={<Link href="/initiatives">{t('back')}</Link>}
      title={i.plan.name}
      lead={[t(`purpose.${i.plan.purpose}`), t(`side.${i.plan.side}`), t('startsOn', { day: formatDay(i.start) }), t(`state.${i.state}`), ...(i.retrospective ? [t('retrospective')] : [])].join(' · ')}
      actions={
        writes && (
          <div className={classes.tools}>
            <ButtonLink variant="default" href={`/initiatives/${i.id}/edit`}>
              {t('edit')}
            </ButtonLink>
            {i.state === 'draft' && <Seal initiative={i} />}
            <Work id={i.id} kind="outlooks" label={t('askOutlook')} />
            <Work id={i.id} kind="evaluations" label={t('evaluateNow')} />
          </div>
        )
      }
    >
      {i.entangled.map((o) => (
        <Notice key={o.id} tone="warn" title={t('entangledWith', { name: o.name, count: o.teams })} />
      ))}
      {evaluation?.effects.map((e) => <EffectPanels key={e.metric} effect={e} asOf={evaluation.as_of} noticed={e.verdict && evaluation.noticed} />)}
      <Then>
        {returns && <ReturnsPanel statement={returns} currency={i.currency} />}
        {bundle && (
          <Panel title={<bdi>{t('bundle.title', { names: bundle.name })}</bdi>} subtitle={t('bundle.body')} actions={<Link href={`/returns?of=${encodeURIComponent(bundle.subject)}`}>{t('bundle.open')}</Link>}>
            <Three statement={bundle} />
          </Panel>
        )}
        <Suspense fallback={<RowsSkeleton rows={4} />}>
          <CasePanel initiative={i} begun={evaluation !== undefined} />
        </Suspense>
        {outlook && <OutlookPanel outlook={outlook} stale={outlook.version !== undefined && outlook.version < i.version && i.state === 'draft'} />}
        {!evaluation && !outlook && <EmptyState title={t('nothing.title')}>{t('nothing.body')}</EmptyState>}
        <PlanPanel initiative={i} />
        {changes.length > 0 && (
          <Panel title={t('changes.title')} subtitle={t('changes.sub')}>
            <ul className={classes.checks}>
              {changes.map((c) => (
                <li key={c.at}>
                  <span aria-hidden>{c.analysis ? '!' : '·'}</span>
                  <span>
                    <bdi>{c.reason}</bdi>
                    <span className={classes.small}>
                      {formatTime(c.at)} · {c.fields.map((f) => t(`field.${f.field}`, { defaultValue: f.field })).join(', ')}
                      {c.analysis && ` · ${t('changes.analysis')}`}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        )}
      </Then>
    </Page>
  );
}

function Seal({ initiative: i }: { initiative: Schemas['Initiative'] }) {
  const { t } = useTranslation('initiatives');
  const queries = useQueryClient();
  const seal = api.useMutation('post', '/initiatives/{id}/seal', { onSuccess: () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/initiatives') }) });
  return (
    <>
      <Button variant="default" loading={seal.isPending} onClick={() => seal.mutate({ params: { path: { id: i.id } }, body: { version: i.version } })}>
        {t('seal')}
      </Button>
      {seal.isError && <ProblemNotice error={seal.error} />}
    </>
  );
}
