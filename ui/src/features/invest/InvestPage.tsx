import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useOperation } from '@/api/operation';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatPercent, formatTime } from '@/i18n/format';
import { ProposalTable } from './ProposalTable';

type Proposal = Schemas['Proposal'];

const lists = ['invest', 'watch', 'park'] as const;

/** Where the next money is best spent: three lists whose rules stand beside them. */
export function InvestPage() {
  const { t } = useTranslation('invest');
  const may = useMay();
  const page = api.useQuery('get', '/proposals', {});
  const items = page.data?.items ?? [];
  const live = items.filter((p) => p.state === 'estimating' || p.state === 'estimated');
  const asked = may('proposals.write') ? live.filter((p) => p.state === 'estimating' && !p.mine && p.parked_until === undefined) : [];
  const over = items.filter((p) => p.state === 'accepted' || p.state === 'withdrawn');
  const add = may('proposals.write') && <ButtonLink href="/invest/new">{t('propose')}</ButtonLink>;
  const rules = page.data?.rules;
  const words = rules && { sure: formatPercent(rules.sure), unlikely: formatPercent(rules.unlikely), need: rules.enough_estimates };
  return (
    <Page
      title={t('title')}
      lead={page.data?.ranked_at ? t('lead', { at: formatTime(page.data.ranked_at) }) : t('leadNever')}
      actions={
        <>
          <ButtonLink href="/what-if" variant="default">
            {t('whatIf.title')}
          </ButtonLink>
          {may('proposals.decide') && live.length > 0 && <RankNow />}
          {items.length > 0 && add}
        </>
      }
    >
      {page.isPending && <RowsSkeleton rows={6} />}
      {page.isError && <ProblemNotice error={page.error} retry={() => void page.refetch()} />}
      {page.data && items.length === 0 && (
        <EmptyState title={t('none.title')} actions={add}>
          {t('none.body')}
        </EmptyState>
      )}
      {asked.length > 0 && (
        <Panel title={t('asked')} subtitle={t('askedSub')} flush>
          <ProposalTable items={asked} all={live} caption={t('asked')} />
        </Panel>
      )}
      {items.length > 0 &&
        lists.map((list) => {
          const mine = live.filter((p) => listOf(p) === list);
          return (
            <Panel key={list} title={t(`list.${list}`)} subtitle={t(`rule.${list}`, words)} flush={mine.length > 0}>
              {mine.length > 0 ? <ProposalTable items={mine} all={live} caption={t(`list.${list}`)} /> : <p>{t('empty')}</p>}
            </Panel>
          );
        })}
      {over.length > 0 && (
        <Panel title={t('over')} flush>
          <ProposalTable items={over} all={live} caption={t('over')} />
        </Panel>
      )}
    </Page>
  );
}

// What has not been ranked yet is watched.
function listOf(p: Proposal): (typeof lists)[number] {
  return p.standing?.list ?? 'watch';
}

function RankNow() {
  const { t } = useTranslation('invest');
  const queries = useQueryClient();
  const [id, setId] = useState<string>();
  const start = api.useMutation('post', '/proposal-rankings', { onSuccess: (o) => setId(o.id) });
  const operation = useOperation(id);
  const state = operation.data?.state;
  useEffect(() => {
    if (state && state !== 'running') void queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/proposals') });
  }, [state, queries]);
  const running = start.isPending || (id !== undefined && (state === undefined || state === 'running'));
  return (
    <>
      <Button variant="default" loading={running} onClick={() => start.mutate({})}>
        {t('rank')}
      </Button>
      {start.isError && <ProblemNotice error={start.error} />}
      {state === 'failed' && <ProblemNotice error={operation.data?.problem} />}
    </>
  );
}
