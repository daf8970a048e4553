import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api } from '@/api/client';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { locales } from '@/i18n/locale';
import { draftOf, emptyDraft } from '../draft';
import { Builder } from './Builder';

/** A new programme, or a changed one; running waves keep what they were launched with. */
export function BuilderPage() {
  const { t } = useTranslation('pulse');
  const { id } = useParams<{ id?: string }>();
  const library = api.useQuery('get', '/questions', {}, { staleTime: Infinity });
  const programme = api.useQuery('get', '/programmes/{id}', { params: { path: { id: id ?? '' } } }, { enabled: id !== undefined, staleTime: 0, gcTime: 0 });
  const failed = library.isError ? library : programme.isError ? programme : undefined;
  if (failed) return <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />;
  if (!library.data || (id !== undefined && !programme.data)) return <PageSkeleton rows={10} />;
  const start = programme.data ? draftOf(programme.data) : emptyDraft([...locales]);
  return (
    <Builder
      key={programme.data?.version ?? 0}
      id={id}
      start={start}
      library={library.data}
      above={<Link href={id ? `/pulses/${id}` : '/pulses'}>{t(id ? 'backToProgramme' : 'back')}</Link>}
    />
  );
}
