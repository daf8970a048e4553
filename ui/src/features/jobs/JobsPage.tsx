import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useOperation } from '@/api/operation';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { EmptyState } from '@/components/EmptyState';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import { History } from './History';
import classes from './Jobs.module.css';

type Job = Schemas['Job'];

export function JobsPage() {
  const { t } = useTranslation('jobs');
  const jobs = api.useQuery('get', '/jobs', {}, { refetchInterval: 15_000 });
  const [reading, setReading] = useState<Job>();
  const [started, setStarted] = useState<{ job: Job; operation: string }>();
  const items = jobs.data?.items ?? [];
  return (
    <Page title={t('title')} lead={t('lead')}>
      {started && <Progress key={started.operation} {...started} />}
      {jobs.isPending && <RowsSkeleton rows={4} />}
      {jobs.isError && <ProblemNotice error={jobs.error} retry={() => void jobs.refetch()} />}
      {jobs.data && items.length === 0 && <EmptyState title={t('none.title')}>{t('none.body')}</EmptyState>}
      {items.length > 0 && (
        <Panel flush>
          <Table caption={t('caption')} cards>
            <thead>
              <tr>
                <th scope="col">{t('col.job')}</th>
                <th scope="col">{t('col.state')}</th>
                <th scope="col">{t('col.last')}</th>
                <th scope="col">{t('col.next')}</th>
                <th scope="col">{t('col.rule')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {items.map((job) => (
                <Row key={job.name} job={job} onRead={() => setReading(job)} onStarted={(operation) => setStarted({ job, operation })} />
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {reading && <History job={reading} onClose={() => setReading(undefined)} />}
    </Page>
  );
}

function Row({ job, onRead, onStarted }: { job: Job; onRead: () => void; onStarted: (operation: string) => void }) {
  const { t } = useTranslation('jobs');
  const may = useMay();
  const run = api.useMutation('post', '/jobs/{name}/runs', { onSuccess: (operation) => onStarted(operation.id) });
  const at = (instant: string | undefined) => (instant ? formatTime(instant) : '—');
  return (
    <tr>
      <th scope="row">
        {job.title}
        {job.summary && <span className={classes.summary}>{job.summary}</span>}
        {run.isError && <ProblemNotice error={run.error} />}
      </th>
      <td>
        <span className={classes.state} data-state={job.state}>
          {t(`state.${job.state}`)}
        </span>
        {job.state === 'failed' && job.last?.error && <span className={classes.summary}>{job.last.error}</span>}
      </td>
      <td data-label={t('col.last')}>{at(job.last?.started_at)}</td>
      <td data-label={t('col.next')}>{at(job.next_at)}</td>
      <td data-label={t('col.rule')}>
        <Bdi>{job.spec}</Bdi> {job.time_zone && <bdi>{job.time_zone}</bdi>}
      </td>
      <td>
        <span className={classes.actions}>
          {may('jobs.run') && (
            <Button size="xs" loading={run.isPending} disabled={job.state === 'running'} aria-label={t('runOf', { job: job.title })} onClick={() => run.mutate({ params: { path: { name: job.name } }, body: {} })}>
              {t('run')}
            </Button>
          )}
          <Button size="xs" variant="default" aria-label={t('historyOf', { job: job.title })} onClick={onRead}>
            {t('history')}
          </Button>
        </span>
      </td>
    </tr>
  );
}

function Progress({ job, operation: id }: { job: Job; operation: string }) {
  const { t } = useTranslation('jobs');
  const queries = useQueryClient();
  const operation = useOperation(id);
  const state = operation.data?.state;
  useEffect(() => {
    if (state && state !== 'running') void queries.invalidateQueries({ predicate: (q) => q.queryKey[1] !== '/operations/{id}' && q.queryKey[1] !== '/session' });
  }, [state, queries]);
  const problem = operation.error ?? (state === 'failed' ? operation.data?.problem : undefined);
  if (problem) return <ProblemNotice error={problem} />;
  if (state === 'done') return <Notice tone="good" title={t('ranWell', { job: job.title })} live />;
  return (
    <div className={classes.progress}>
      <ProgressLine label={t('running', { job: job.title })} done={operation.data?.done ?? 0} total={operation.data?.total ?? 0} secondsLeft={operation.data?.seconds_left} />
    </div>
  );
}
