import { useTranslation } from 'react-i18next';
import { Page } from '@/components/Page';
import { Links } from './Links';
import { Touchpoints } from './Touchpoints';

/** Where customers are asked: touchpoints, and the public questions about them. */
export function CollectPage() {
  const { t } = useTranslation('collect');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Links />
      <Touchpoints />
    </Page>
  );
}
