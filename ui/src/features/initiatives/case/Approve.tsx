import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useSession } from '@/api/session';
import { ConfirmDialog } from '@/components/ConfirmDialog';

/** Approval stands under the name of whoever gives it; what was looked at is frozen by its hash. */
export function Approve({ id, hash, plan }: { id: string; hash: string; plan: string }) {
  const { t } = useTranslation('forecast');
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const session = useSession();
  const approve = api.useMutation('post', '/initiatives/{id}/approvals', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => /^\/(initiatives|forecast)/.test(String(q.queryKey[1])) });
      setOpen(false);
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('approve')}</Button>
      {open && (
        <ConfirmDialog
          title={t('approveTitle', { plan })}
          confirm={t('approveYes')}
          busy={approve.isPending}
          error={approve.error ?? undefined}
          onConfirm={() => approve.mutate({ params: { path: { id } }, body: { hash } })}
          onClose={() => setOpen(false)}
        >
          {t('approveBody', { name: session.data?.user?.name ?? '' })}
        </ConfirmDialog>
      )}
    </>
  );
}
