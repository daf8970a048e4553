import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { HistoryPanel } from './HistoryPanel';
import { SettingsForm } from './SettingsForm';

/** What finance decides: currency, fiscal year, discount rate, the chain, hourly rates and default prices. */
export function SettingsPage() {
  const { t } = useTranslation('returns');
  const may = useMay();
  const settings = api.useQuery('get', '/returns-settings', {});
  const metrics = api.useQuery('get', '/metrics', {});
  return (
    <Page above={<Link href="/returns">{t('settings.back')}</Link>} title={t('settings.title')} lead={t('settings.lead')}>
      {(settings.isPending || metrics.isPending) && <RowsSkeleton rows={4} />}
      {settings.isError && <ProblemNotice error={settings.error} retry={() => void settings.refetch()} />}
      {metrics.isError && <ProblemNotice error={metrics.error} retry={() => void metrics.refetch()} />}
      {settings.data && metrics.data && <SettingsForm key={settings.data.version} settings={settings.data} metrics={metrics.data.items} readOnly={!may('finance.set')} />}
      <HistoryPanel />
    </Page>
  );
}
