import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Dialog.module.css';

export interface Props {
  title: string;
  actions?: ReactNode;
  size?: string;
  onClose: () => void;
  children: ReactNode;
}

export function DialogSheet({ title, actions, size = 'md', onClose, children }: Props) {
  const { t } = useTranslation('app');
  return (
    <Modal opened onClose={onClose} title={title} size={size} centered closeButtonProps={{ 'aria-label': t('close') }} classNames={{ title: classes.title }} attributes={{ header: { role: 'none' } }}>
      {children}
      {actions && <div className={classes.actions}>{actions}</div>}
    </Modal>
  );
}
