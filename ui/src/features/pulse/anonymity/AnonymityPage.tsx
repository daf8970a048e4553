import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useOperation } from '@/api/operation';
import { EmptyState } from '@/components/EmptyState';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';
import pulse from '../Pulse.module.css';
import { AuditFigures } from './AuditFigures';

/** For the works council: the last proof, a new one at any time, and the page to hang up. */
export function AnonymityPage() {
  const { t } = useTranslation('pulse');
  const audit = api.useQuery('get', '/anonymity-audits');
  const [running, setRunning] = useState<string>();
  const run = api.useMutation('post', '/anonymity-audits', { onSuccess: (operation) => setRunning(operation.id) });
  const runNow = (
    <Button data-run loading={run.isPending} onClick={() => run.mutate({})}>
      {t('audit.run')}
    </Button>
  );
  return (
    <Page
      title={t('audit.title')}
      lead={t('audit.lead')}
      actions={
        <>
          {runNow}
          <Button component="a" href="/api/v1/anonymity-statement" target="_blank" rel="noreferrer" variant="default">
            {t('audit.statement')}
          </Button>
        </>
      }
    >
      {run.isError && <ProblemNotice error={run.error} />}
      {running && <Running key={running} id={running} />}
      {audit.isPending && <RowsSkeleton rows={4} />}
      {audit.isError && <ProblemNotice error={audit.error} retry={() => void audit.refetch()} />}
      {audit.data && !audit.data.ran && <EmptyState title={t('audit.never')}>{t('audit.neverBody')}</EmptyState>}
      {audit.data?.ran && <AuditFigures audit={audit.data} />}
      <Panel title={t('audit.yourself')} subtitle={t('audit.yourselfBody')}>
        {['rapport anonaudit', 'rapport anonaudit -teeth', 'rapport anonaudit -simulate -orgs 100 -waves 12 -seed 1 -cells cells.jsonl -json'].map((line) => (
          <p key={line} className={pulse.soft} dir="ltr">
            <code style={{ overflowWrap: 'anywhere' }}>
              {line}
            </code>
          </p>
        ))}
      </Panel>
    </Page>
  );
}

function Running({ id }: { id: string }) {
  const { t } = useTranslation('pulse');
  const queries = useQueryClient();
  const operation = useOperation(id);
  const state = operation.data?.state;
  useEffect(() => {
    if (state && state !== 'running') void queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/anonymity-audits' });
  }, [state, queries]);
  const problem = operation.error ?? (state === 'failed' ? operation.data?.problem : undefined);
  if (problem) return <ProblemNotice error={problem} />;
  if (state === 'done') return <Notice tone="good" title={t('audit.done')} live />;
  return <ProgressLine label={t('audit.running')} done={operation.data?.done ?? 0} total={operation.data?.total ?? 0} secondsLeft={operation.data?.seconds_left} />;
}
