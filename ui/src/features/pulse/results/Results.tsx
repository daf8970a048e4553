import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { EmptyState } from '@/components/EmptyState';
import { Then } from '@/components/Then';
import { formatDay } from '@/i18n/format';
import { Comments } from './Comments';
import { Downloads } from './Downloads';
import { HeatMap } from './HeatMap';
import { Questions } from './Questions';
import { Reliability } from './Reliability';
import { ResponsePanel } from './ResponsePanel';
import classes from './Results.module.css';
import { Tiles } from './Tiles';
import { Trend } from './Trend';

/** The answer first, the doubt beside it, and everything that may be shown below. Without results it is still early for the reader. */
export function Results({ results: r }: { results?: Schemas['PulseResults'] }) {
  const { t } = useTranslation('pulse');
  if (!r) return <EmptyState title={t('results.early')}>{t('results.earlyBody')}</EmptyState>;
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
      <Then>
        <HeatMap results={r} why={why} />
        <Trend results={r} />
        <ResponsePanel results={r} />
        <Questions results={r} />
        <Reliability results={r} />
        <Comments results={r} />
        <Downloads results={r} />
      </Then>
    </>
  );
}
