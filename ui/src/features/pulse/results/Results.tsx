import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { EmptyState } from '@/components/EmptyState';
import { PageSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import type { Wave } from '../draft';
import { Comments } from './Comments';
import { Downloads } from './Downloads';
import { HeatMap } from './HeatMap';
import { Questions } from './Questions';
import { Reliability } from './Reliability';
import { ResponsePanel } from './ResponsePanel';
import classes from './Results.module.css';
import { Tiles } from './Tiles';
import { Trend } from './Trend';

/** The answer first, the doubt beside it, and everything that may be shown below. */
export function Results({ wave }: { wave: Wave }) {
  const { t } = useTranslation('pulse');
  const results = api.useQuery('get', '/waves/{id}/results', { params: { path: { id: wave.id } } }, { staleTime: Infinity });
  if (results.isPending) return <PageSkeleton rows={10} />;
  if (results.isError) {
    if (toProblem(results.error).code === 'not_released') return <EmptyState title={t('results.early')}>{t('results.earlyBody')}</EmptyState>;
    return <ProblemNotice error={results.error} retry={() => void results.refetch()} />;
  }
  const r = results.data;
  const why = r.sentences.find((s) => s.key === 'results.not_shown')?.text ?? '';
  return (
    <>
      {r.sentences
        .filter((s) => s.key !== 'results.not_shown')
        .map((s) => (
          <p key={s.key} className={classes.lead}>
            {s.text}
          </p>
        ))}
      {r.leads_from && !r.wave.rehearsal && <p className={classes.doubt}>{t('results.leadsFrom', { on: formatDay(r.leads_from) })}</p>}
      {r.proof && (
        <p className={classes.doubt} data-proof>
          {t('results.proof', { count: r.proof.cells })} {r.proof.derivable === 0 ? t('results.proofNone', { count: r.wave.k }) : t('results.proofFound', { count: r.proof.derivable })}
          {r.proof.insiders && ' '}
          {r.proof.insiders && t('results.proofInsiders', { none: r.proof.insiders[0]?.smallest_group, one: r.proof.insiders[1]?.smallest_group, two: r.proof.insiders[2]?.smallest_group })}{' '}
          <Link href="/anonymity">{t('results.proofLink')}</Link>
        </p>
      )}
      <Tiles results={r} />
      <HeatMap results={r} why={why} />
      <Trend results={r} />
      <ResponsePanel results={r} />
      <Questions results={r} />
      <Reliability results={r} />
      <Comments results={r} />
      <Downloads results={r} />
    </>
  );
}
