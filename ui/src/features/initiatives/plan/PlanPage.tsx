import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { PlanForm } from './PlanForm';
import { blank, fromPlan } from './values';

/** Enters a plan, or changes one; what a finding hands over ("Test it") is filled in. */
export function PlanPage() {
  const { t } = useTranslation('initiatives');
  const { id } = useParams<{ id?: string }>();
  const [search] = useSearchParams();
  const detail = api.useQuery('get', '/initiatives/{id}', { params: { path: { id: id ?? '' } } }, { enabled: id !== undefined });
  const teams = api.useQuery('get', '/teams', {});
  const metrics = api.useQuery('get', '/metrics', {});
  const released = api.useQuery('get', '/goal-metrics', {});
  const settings = api.useQuery('get', '/returns-settings', {});
  const failed = [detail, teams, metrics, released, settings].find((q) => q.isError);
  if (failed) return <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />;
  if (!teams.data || !metrics.data || !released.data || !settings.data || (id && !detail.data)) return <PageSkeleton rows={10} />;
  const known = detail.data?.initiative;
  const currency = settings.data.currency;
  const start = known ? fromPlan(known.plan, currency) : blank(search.get('metric') ?? metrics.data.items[0]?.id ?? '', Number(search.get('lag') ?? 0) || 0, search.get('name') ?? '');
  return (
    <Page above={<Link href={known ? `/initiatives/${known.id}` : '/initiatives'}>{known ? known.plan.name : t('back')}</Link>} title={known ? t('form.editTitle') : t('form.title')} lead={t('form.lead')}>
      <PlanForm key={known?.version ?? 'new'} start={start} known={known} teams={teams.data.items} metrics={metrics.data.items} released={released.data.items} currency={currency} rates={settings.data.rates ?? []} />
    </Page>
  );
}
