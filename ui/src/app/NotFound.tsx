import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/components/EmptyState';
import { ButtonLink } from '@/components/ButtonLink';
import { Page } from '@/components/Page';

export function NotFound() {
  const { t } = useTranslation('app');
  return (
    <Page title={t('notFound.title')}>
      <EmptyState title={t('notFound.what')} actions={<ButtonLink href="/">{t('notFound.home')}</ButtonLink>}>
        {t('notFound.body')}
      </EmptyState>
    </Page>
  );
}
