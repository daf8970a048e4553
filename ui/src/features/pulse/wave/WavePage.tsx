import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { isolate } from '@/charts/isolate';
import { AgreeLink } from '@/components/AgreeLink';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Subscribe } from '@/components/Subscribe';
import { formatDay } from '@/i18n/format';
import { Results } from '../results/Results';
import { ResultsDownload } from '../results/ResultsDownload';
import { OpenWave } from './OpenWave';
import { WaveActions } from './WaveActions';

/** One wave: coarse participation while it is open, the release once it is closed, never anything between. */
export function WavePage() {
  const { t } = useTranslation('pulse');
  const { id = '' } = useParams<{ id: string }>();
  const wave = api.useQuery('get', '/waves/{id}', { params: { path: { id }, query: { with: 'results' } } }, { refetchInterval: (q) => (q.state.data?.state === 'closing' || q.state.data?.state === 'stopping' ? 3000 : false) });
  if (wave.isPending) return <PageSkeleton rows={8} />;
  if (wave.isError) {
    if (toProblem(wave.error).status !== 404) return <ProblemNotice error={wave.error} retry={() => void wave.refetch()} />;
    return (
      <Page title={t('title')}>
        <EmptyState title={t('wave.gone')} actions={<ButtonLink href="/pulses">{t('back')}</ButtonLink>} />
      </Page>
    );
  }
  const w = wave.data;
  const released = w.state === 'released' || w.state === 'purged';
  const lead = w.imported ? t('wave.leadImported', { on: formatDay(w.opens_at) }) : t(w.state === 'open' ? 'wave.leadOpen' : w.state === 'stopped' ? 'wave.leadStopped' : 'wave.lead', { opens: formatDay(w.opens_at), closes: formatDay(w.closes_at) });
  return (
    <Page
      above={w.imported ? <Link href="/pulses">{t('back')}</Link> : <Link href={`/pulses/${w.programme_id}`}>{t('backToProgramme')}</Link>}
      title={isolate(w.title)}
      windowTitle={w.title}
      lead={w.population === 'partners' ? `${t('audience.asksPartners')} ${lead}` : lead}
      actions={
        released ? (
          <>
            <Subscribe />
            <AgreeLink from="result" of={w.id} />
            <ResultsDownload wave={w} />
          </>
        ) : w.state === 'open' ? <WaveActions wave={w} /> : undefined}
    >
      {w.rehearsal && (
        <Notice tone="info" title={t('wave.rehearsal')}>
          {t('wave.rehearsalBody')}
        </Notice>
      )}
      {released ? <Results results={w.results} /> : <OpenWave wave={w} />}
    </Page>
  );
}
