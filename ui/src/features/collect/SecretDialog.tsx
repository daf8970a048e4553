import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Collect.module.css';

/** Gives a webhook a new secret, after saying what becomes of the old one. */
export function SecretDialog({ hook, onSecret, onClose }: { hook: Schemas['Hook']; onSecret: (secret: string) => void; onClose: () => void }) {
  const { t } = useTranslation('collect');
  const queries = useQueryClient();
  const rotate = api.useMutation('post', '/hooks/{id}/secret', {
    onSuccess: async (made) => {
      onSecret(made.secret);
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/hooks' });
      onClose();
    },
  });
  return (
    <Dialog title={t('doors.rotateOf', { name: hook.name })} onClose={onClose}>
      <div className={classes.form}>
        {rotate.isError && <ProblemNotice error={rotate.error} />}
        <p>{t('doors.rotateHelp')}</p>
        <Button data-autofocus loading={rotate.isPending} onClick={() => rotate.mutate({ params: { path: { id: hook.id } } })}>
          {t('doors.rotate')}
        </Button>
      </div>
    </Dialog>
  );
}
