import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { useOperation } from '@/api/operation';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';

interface Props {
  id: string;
  kind: 'outlooks' | 'evaluations' | 'forecasts';
  label: string;
}

/** Starts long work on an initiative and follows it; what it changed is loaded anew. */
export function Work({ id, kind, label }: Props) {
  const queries = useQueryClient();
  const [op, setOp] = useState<string>();
  const start = api.useMutation('post', `/initiatives/{id}/${kind}`, { onSuccess: (o) => setOp(o.id) });
  const operation = useOperation(op);
  const state = operation.data?.state;
  useEffect(() => {
    if (!op || state !== 'done') return;
    setOp(undefined);
    void queries.invalidateQueries({ predicate: (q) => /^\/(initiatives|returns|forecast)/.test(String(q.queryKey[1])) });
  }, [op, state, queries]);
  const busy = start.isPending || (op !== undefined && (state === undefined || state === 'running'));
  const failed = start.error ?? (state === 'failed' ? operation.data?.problem : undefined) ?? operation.error;
  return (
    <div>
      <Button variant={kind === 'evaluations' ? 'filled' : 'default'} loading={busy} onClick={() => start.mutate({ params: { path: { id } } })}>
        {label}
      </Button>
      {busy && operation.data && operation.data.total > 1 && <ProgressLine label={label} done={operation.data.done} total={operation.data.total} />}
      {failed && <ProblemNotice error={failed} />}
    </div>
  );
}
