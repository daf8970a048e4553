import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ConfirmDialog } from '@/components/ConfirmDialog';

export function UndoDialog({ item, onClose }: { item: Schemas['Import']; onClose: () => void }) {
  const { t } = useTranslation('imports');
  const queries = useQueryClient();
  const undo = api.useMutation('delete', '/imports/{id}', {
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t('undo.title')}
      confirm={t('undo.yes')}
      busy={undo.isPending}
      error={undo.error ?? undefined}
      onConfirm={() => undo.mutate({ params: { path: { id: item.id } } })}
      onClose={onClose}
    >
      {t('undo.body', { source: item.source })}
    </ConfirmDialog>
  );
}
