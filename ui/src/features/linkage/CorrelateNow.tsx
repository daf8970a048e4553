import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api } from '@/api/client';
import { useOperation } from '@/api/operation';
import { ProblemNotice } from '@/components/ProblemNotice';

export function CorrelateNow() {
  const { t } = useTranslation('linkage');
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [id, setId] = useState<string>();
  const start = api.useMutation('post', '/runs', { onSuccess: (operation) => setId(operation.id) });
  const operation = useOperation(id);
  const state = operation.data?.state;
  useEffect(() => {
    if (!id || state !== 'done') return;
    setId(undefined);
    void queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/runs') });
    go('/evidence');
  }, [id, state, queries, go]);
  const busy = start.isPending || (id !== undefined && (state === undefined || state === 'running'));
  const failed = start.error ?? (state === 'failed' ? operation.data?.problem : undefined) ?? operation.error;
  return (
    <div>
      <Button variant="default" loading={busy} onClick={() => start.mutate({ body: {} })}>
        {t('correlate')}
      </Button>
      {failed && <ProblemNotice error={failed} />}
    </div>
  );
}
