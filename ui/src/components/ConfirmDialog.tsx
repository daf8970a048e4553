import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';
import { ProblemNotice } from './ProblemNotice';

interface Props {
  title: string;
  confirm: string;
  busy: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks once before something that changes more than one field: what will happen stands in the body, the deed on the button. */
export function ConfirmDialog({ title, confirm, busy, error, onConfirm, onClose, children }: Props) {
  const { t } = useTranslation('app');
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button loading={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {error !== undefined && <ProblemNotice error={error} />}
      <div>{children}</div>
    </Dialog>
  );
}
