import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { useChoices } from './choices';
import { ProposalForm } from './ProposalForm';

/** Proposes a solution to a gap, or changes what is proposed; metric and team may come along in the address. */
export function ProposalFormPage() {
  const { t } = useTranslation('invest');
  const { id } = useParams<{ id?: string }>();
  const [search] = useSearchParams();
  const known = api.useQuery('get', '/proposals/{id}', { params: { path: { id: id ?? '' } } }, { enabled: id !== undefined });
  const list = api.useQuery('get', '/proposals', {});
  const barriers = api.useQuery('get', '/barriers', {});
  const choices = useChoices();
  const failed = [known, list, barriers].find((q) => q.isError);
  if (failed) return <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />;
  if (!choices.ready || !list.data || !barriers.data || (id && !known.data)) return <PageSkeleton rows={8} />;
  const p = known.data;
  return (
    <Page above={<Link href={p ? `/invest/${p.id}` : '/invest'}>{p ? p.idea.name : t('title')}</Link>} title={p ? t('form.editTitle') : t('propose')} lead={p && p.given > 0 ? t('form.newRound') : t('form.lead')}>
      <ProposalForm key={p?.version ?? 'new'} known={p} metric={search.get('metric') ?? ''} team={search.get('team') ?? ''} choices={choices} barriers={barriers.data.items} currency={list.data.currency} />
    </Page>
  );
}
