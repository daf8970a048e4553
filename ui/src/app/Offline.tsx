import { useNetwork } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/components/Notice';

export function Offline() {
  const { t } = useTranslation('app');
  const { online } = useNetwork();
  if (online) return null;
  return (
    <Notice tone="warn" title={t('offline.title')} live>
      {t('offline.body')}
    </Notice>
  );
}
