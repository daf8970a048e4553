import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useOperation } from '@/api/operation';
import { useMay } from '@/api/session';
import { EmptyState } from '@/components/EmptyState';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import { Barriers } from './Barriers';
import classes from './Goals.module.css';
import { GoalTable } from './GoalTable';
import { LevelDialog } from './LevelDialog';

/** What is, what is wanted, what the market has, and what stands in the way. */
export function GoalsPage() {
  const { t } = useTranslation('goals');
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const team = search.get('team') ?? '';
  const goals = api.useQuery('get', '/goals', { params: { query: { team_id: team || undefined } } });
  const teams = api.useQuery('get', '/teams', {});
  const metrics = api.useQuery('get', '/goal-metrics', {});
  const [open, setOpen] = useState<Schemas['GoalRow'] | 'new'>();
  const items = goals.data?.items ?? [];
  const add = may('goals.write') && metrics.data && <Button onClick={() => setOpen('new')}>{t('set')}</Button>;
  const choices = [{ value: '', label: t('allTeams') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: '\u2003'.repeat(Math.max(0, x.path.length - 1)) + x.name }))];
  return (
    <Page
      title={t('title')}
      lead={goals.data?.as_of ? t('lead', { day: formatDay(goals.data.as_of) }) : t('leadNever')}
      actions={
        <>
          {may('goals.write') && <LookUp />}
          {items.length > 0 && add}
        </>
      }
    >
      <div className={classes.filters} data-print="no">
        <ChoiceField label={t('team')} choices={choices} value={team} onChoose={(v) => setSearch(v ? { team: v } : {}, { replace: true })} />
      </div>
      {goals.isPending && <RowsSkeleton rows={6} />}
      {goals.isError && <ProblemNotice error={goals.error} retry={() => void goals.refetch()} />}
      {goals.data && items.length === 0 && (
        <EmptyState title={t('none.title')} actions={add}>
          {t('none.body')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <Panel title={t('table')} subtitle={t('tableSub')} flush>
          <GoalTable rows={items} onOpen={setOpen} />
        </Panel>
      )}
      <Barriers team={team} teams={teams.data?.items ?? []} metrics={metrics.data?.items ?? []} />
      {open && <LevelDialog row={open === 'new' ? undefined : open} team={team} teams={teams.data?.items ?? []} metrics={metrics.data?.items ?? []} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

// Looking up where every metric stands takes a moment: the page is loaded again when it is done.
function LookUp() {
  const { t } = useTranslation('goals');
  const queries = useQueryClient();
  const [id, setId] = useState<string>();
  const start = api.useMutation('post', '/goal-figures', { onSuccess: (o) => setId(o.id) });
  const operation = useOperation(id);
  const state = operation.data?.state;
  useEffect(() => {
    if (state && state !== 'running') void queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/goals' });
  }, [state, queries]);
  const running = start.isPending || (id !== undefined && (state === undefined || state === 'running'));
  return (
    <>
      <Button variant="default" loading={running} onClick={() => start.mutate({})}>
        {t('lookUp')}
      </Button>
      {start.isError && <ProblemNotice error={start.error} />}
      {state === 'failed' && <ProblemNotice error={operation.data?.problem} />}
    </>
  );
}
