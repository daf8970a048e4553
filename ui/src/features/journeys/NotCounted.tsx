import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useOperation } from '@/api/operation';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';

/** Counts anew and loads the pages again when it is done. */
export function CountNow() {
  const { t } = useTranslation('journeys');
  const queries = useQueryClient();
  const [id, setId] = useState<string>();
  const start = api.useMutation('post', '/journey-figures', { onSuccess: (o) => setId(o.id) });
  const state = useOperation(id).data?.state;
  useEffect(() => {
    if (state && state !== 'running') void queries.invalidateQueries({ predicate: (q) => ['/journey-map', '/touchpoints/{id}/figures', '/pains'].includes(String(q.queryKey[1])) });
  }, [state, queries]);
  return (
    <Button variant="default" loading={start.isPending || (id !== undefined && (state === undefined || state === 'running'))} onClick={() => start.mutate({})}>
      {t('count')}
    </Button>
  );
}

/** Before the first count: what belongs here and what to do. */
export function NotCounted() {
  const { t } = useTranslation('journeys');
  const may = useMay();
  return (
    <EmptyState
      title={t('none.title')}
      actions={
        may('import.cx') && (
          <>
            <CountNow />
            <ButtonLink variant="default" href="/collect">
              {t('none.touchpoints')}
            </ButtonLink>
          </>
        )
      }
    >
      {t('none.body')}
    </EmptyState>
  );
}
