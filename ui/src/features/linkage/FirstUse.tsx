import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';

export function FirstUse() {
  const { t } = useTranslation('linkage');
  const may = useMay();
  const brings = may('import.ex') || may('import.cx') || may('import.other');
  return (
    <Page title={t('title')} lead={t('lead')}>
      <EmptyState
        title={t('firstUse.title')}
        actions={
          brings && (
            <>
              <ButtonLink href="/imports/new">{t('firstUse.import')}</ButtonLink>
              <ButtonLink href="/figures" variant="default">
                {t('firstUse.type')}
              </ButtonLink>
            </>
          )
        }
      >
        {brings ? t('firstUse.body') : t('firstUse.wait')}
      </EmptyState>
    </Page>
  );
}
