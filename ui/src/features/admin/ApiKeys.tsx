import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { Notice } from '@/components/Notice';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay, formatTime } from '@/i18n/format';
import classes from './Access.module.css';
import { KeyDialog } from './KeyDialog';
import { Secret } from './Secret';

type Key = Schemas['ApiKey'];

export function ApiKeys() {
  const { t } = useTranslation(['admin', 'words', 'app']);
  const queries = useQueryClient();
  const keys = api.useQuery('get', '/api-keys');
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<Schemas['CreatedApiKey']>();
  const [revoking, setRevoking] = useState<Key>();
  const revoke = api.useMutation('delete', '/api-keys/{id}', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/api-keys' });
      setRevoking(undefined);
    },
  });
  const items = keys.data?.items ?? [];
  return (
    <Panel
      title={t('keys.title')}
      subtitle={t('keys.subtitle')}
      flush
      actions={
        <Button size="xs" variant="default" onClick={() => setCreating(true)}>
          {t('keys.new')}
        </Button>
      }
    >
      {created && (
        <div className={classes.soft}>
          <Notice tone="warn" title={t('keys.secret')} live>
            <Secret text={created.secret} />
          </Notice>
        </div>
      )}
      {keys.isPending && <RowsSkeleton rows={2} />}
      {keys.isError && <ProblemNotice error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data && items.length === 0 && <p className={classes.soft}>{t('keys.none')}</p>}
      {items.length > 0 && (
        <Table caption={t('keys.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('keys.name')}</th>
              <th scope="col">{t('users.role')}</th>
              <th scope="col">{t('keys.created')}</th>
              <th scope="col">{t('keys.used')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {items.map((key) => (
              <tr key={key.id}>
                <th scope="row">
                  <bdi>{key.name}</bdi>
                </th>
                <td>{t(`words:role.${key.role}`)}</td>
                <td data-label={t('keys.created')}>{formatDay(key.created_at)}</td>
                <td data-label={t('keys.used')}>{key.last_used_at ? formatTime(key.last_used_at) : t('app:never')}</td>
                <td>
                  <Button size="xs" variant="default" aria-label={t('keys.revokeOf', { name: key.name })} onClick={() => setRevoking(key)}>
                    {t('keys.revoke')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {creating && <KeyDialog onCreated={setCreated} onClose={() => setCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          title={t('keys.revokeTitle')}
          confirm={t('keys.revoke')}
          busy={revoke.isPending}
          error={revoke.error ?? undefined}
          onConfirm={() => revoke.mutate({ params: { path: { id: revoking.id } } })}
          onClose={() => setRevoking(undefined)}
        >
          {t('keys.revokeBody', { name: revoking.name })}
        </ConfirmDialog>
      )}
    </Panel>
  );
}
