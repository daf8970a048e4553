import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { KindTag } from '@/charts/KindTag';
import { VerdictTag } from '@/charts/VerdictTag';
import { useMay } from '@/api/session';
import { AgreeLink } from '@/components/AgreeLink';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Then } from '@/components/Then';
import { useLagWord } from '../useLagWord';
import { Allowed } from './Allowed';
import type { Detail } from './detail';
import { Figures } from './Figures';
import { Lags } from './Lags';
import { LeaveOneOut } from './LeaveOneOut';
import { Methods } from './Methods';
import classes from './Pair.module.css';
import { RowsDownload } from './RowsDownload';
import { Stability } from './Stability';
import { TwoViews } from './TwoViews';

export function PairPage() {
  const { t } = useTranslation('linkage');
  const params = useParams<{ finding: string }>();
  const [search] = useSearchParams();
  const run = search.get('run') ?? undefined;
  const detail = api.useQuery('get', '/runs/{id}/findings/{findingId}', {
    params: { path: { id: run ?? 'latest', findingId: decodeURIComponent(params.finding) } },
  });
  if (detail.isPending) return <PageSkeleton rows={12} />;
  if (detail.isError) {
    if (toProblem(detail.error).status !== 404) return <ProblemNotice error={detail.error} retry={() => void detail.refetch()} />;
    return (
      <Page title={t('title')}>
        <EmptyState title={t('pair.gone.title')} actions={<ButtonLink href="/evidence">{t('pair.back')}</ButtonLink>}>
          {t('pair.gone.body')}
        </EmptyState>
      </Page>
    );
  }
  return <Pair detail={detail.data} run={run} />;
}

function Pair({ detail, run }: { detail: Detail; run?: string }) {
  const { t } = useTranslation(['linkage', 'words']);
  const lagWord = useLagWord();
  const may = useMay();
  const { finding, x, y, sentences = [] } = detail;
  const { within } = finding;
  const file = `${x.key}-${y.key}-lag${finding.lag}`;
  const drawn = detail.points.length > 0;
  return (
    <Page
      above={<Link href={run ? `/evidence?run=${encodeURIComponent(run)}` : '/evidence'}>{t('pair.back')}</Link>}
      title={`${x.name} ↔ ${y.name}`}
      actions={
        <>
          {may('ledger.write') && (
            <ButtonLink variant="default" href={`/initiatives/new?metric=${encodeURIComponent(y.id)}&lag=${finding.lag}&name=${encodeURIComponent(x.name)}`}>
              {t('pair.test')}
            </ButtonLink>
          )}
          <AgreeLink from="finding" of={finding.id} metric={x.id} metricName={x.name} />
          {drawn && <RowsDownload run={detail.run.id} finding={finding.id} file={file} />}
        </>
      }
      lead={
        <span className={classes.tags}>
          <KindTag kind={x.kind} long />
          <KindTag kind={y.kind} long />
          <VerdictTag verdict={finding.verdict} estimate={within.estimate} />
        </span>
      }
    >
      <Panel title={finding.verdict_text || t('pair.why')}>
        <div className={classes.sentences}>
          {[...sentences, ...(finding.reasons ?? [])].map((s, i) => (
            <p key={i}>{s.text}</p>
          ))}
          {within.estimate !== undefined && within.teams !== undefined && within.periods !== undefined && (
            <p className={classes.basis}>
              {t('pair.basis', {
                teams: t('words:teams', { count: within.teams }), periods: t('words:periods', { count: within.periods }), lag: lagWord(finding.lag, finding.grain),
              })}
            </p>
          )}
        </div>
      </Panel>
      <Then>
        {drawn ? (
          <TwoViews detail={detail} file={file} />
        ) : (
          <EmptyState title={within.not_enough ? t('pair.noPoints', { text: within.not_enough.text }) : t('pair.noPointsPlain')} />
        )}
        <Figures detail={detail} />
        <Allowed detail={detail} />
        {detail.lags.length > 0 && <Lags detail={detail} file={file} />}
        {detail.leave_one_out.length > 0 && <LeaveOneOut detail={detail} file={file} />}
        {detail.stability && detail.stability.length > 0 && <Stability detail={detail} />}
        <Methods detail={detail} />
      </Then>
    </Page>
  );
}
