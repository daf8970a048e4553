import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { EmptyState } from '@/components/EmptyState';
import { ButtonLink } from '@/components/ButtonLink';
import { Then } from '@/components/Then';
import { CorrelateNow } from './CorrelateNow';
import { DecisionTable } from './DecisionTable';
import { FilterBar } from './FilterBar';
import { filterFrom, passes, type Metric } from './findings';
import { FirstUse } from './FirstUse';
import { Headline } from './Headline';
import { Legend } from './Legend';
import { Matrices } from './Matrices';
import { RunLine } from './RunLine';

export function EvidencePage() {
  const [search] = useSearchParams();
  const run = search.get('run') ?? undefined;
  const report = api.useQuery('get', '/runs/{id}', { params: { path: { id: run ?? 'latest' } } });
  if (report.isPending) return <PageSkeleton rows={10} />;
  if (report.isError) {
    if (!run && toProblem(report.error).status === 404) return <FirstUse />;
    return <ProblemNotice error={report.error} retry={() => void report.refetch()} />;
  }
  return <Report report={report.data} chosen={run} />;
}

function Report({ report, chosen }: { report: Schemas['RunReport']; chosen?: string }) {
  const { t } = useTranslation('linkage');
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const filter = filterFrom(search);
  const metrics: ReadonlyMap<string, Metric> = new Map(report.metrics.map((m) => [m.id, m]));
  const shown = report.findings.filter((f) => passes(f, filter));
  return (
    <Page title={t('title')} lead={t('lead')} actions={may('runs.start') && <CorrelateNow />}>
      <RunLine run={report.run} chosen={chosen} />
      {report.findings.length === 0 ? (
        <EmptyState title={t('noPairs.title')} actions={may('import.ex') || may('import.cx') ? <ButtonLink href="/imports/new">{t('firstUse.import')}</ButtonLink> : undefined}>
          {t('noPairs.body')}
        </EmptyState>
      ) : (
        <>
          <Headline sentences={report.headline} />
          <FilterBar filter={filter} search={search} onChange={setSearch} findings={report.findings} />
          {shown.length === 0 ? (
            <EmptyState title={t('nothingHere.title')} actions={<ButtonLink href="/evidence" variant="default">{t('nothingHere.clear')}</ButtonLink>} />
          ) : (
            <Then>
              <Panel title={t('matrix.title')} subtitle={t('matrix.subtitle')}>
                <Matrices findings={shown} metrics={metrics} run={chosen} />
                <Legend />
              </Panel>
              <Panel title={t('list.title')} subtitle={t('list.subtitle')} flush>
                <DecisionTable findings={shown} metrics={metrics} run={chosen} />
              </Panel>
            </Then>
          )}
        </>
      )}
    </Page>
  );
}
