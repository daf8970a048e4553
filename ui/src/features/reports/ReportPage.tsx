import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { isolate, wholeDays } from '@/charts/isolate';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Then } from '@/components/Then';
import { Bar } from './Bar';
import classes from './Reports.module.css';
import { Section } from './Section';

type Report = Schemas['Report'];

/** One closed quarter of the organisation or of a team: two sentences first, then what they rest on. */
export function ReportPage() {
  const { t } = useTranslation('reports');
  const { quarter = 'latest' } = useParams();
  const [search] = useSearchParams();
  const team = search.get('team') ?? undefined;
  const version = Number(search.get('version')) || undefined;
  const report = api.useQuery('get', '/reports/{quarter}', { params: { path: { quarter }, query: { team, version } } }, { retry: false });
  const none = report.isError && ['report_none', 'report_unknown'].includes(toProblem(report.error).code ?? '');
  if (report.data) return <Shown report={report.data} />;
  return (
    <Page title={t('title')} lead={none ? undefined : t('lead')}>
      {report.isPending && <RowsSkeleton rows={8} />}
      {none && (quarter === 'latest' ? <None /> : <Missing quarter={quarter} />)}
      {report.isError && !none && <ProblemNotice error={report.error} retry={() => void report.refetch()} />}
    </Page>
  );
}

function None() {
  const { t } = useTranslation('reports');
  const may = useMay();
  return (
    <EmptyState title={t('none.title')} actions={may('jobs.run') && <ButtonLink href="/jobs">{t('none.jobs')}</ButtonLink>}>
      {t('none.body')}
    </EmptyState>
  );
}

/** Somebody followed an old or mistyped link: other quarters may well be closed. */
function Missing({ quarter }: { quarter: string }) {
  const { t } = useTranslation('reports');
  return (
    <EmptyState title={t('missing.title', { quarter: isolate(quarter) })} actions={<ButtonLink href="/reports">{t('missing.newest')}</ButtonLink>}>
      {t('missing.body')}
    </EmptyState>
  );
}

function Shown({ report }: { report: Report }) {
  const { t } = useTranslation('reports');
  return (
    <Page title={report.title} lead={wholeDays(`${report.subtitle} · ${report.standing.join(' ')}`)} actions={<Bar report={report} />}>
      <div className={classes.headline} data-headline>
        {report.headline.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {report.pdf.problem && (
        <Notice tone="info" title={t('pdf.later')}>
          {report.pdf.problem}
        </Notice>
      )}
      <Then>
        {report.sections.map((section) => (
          <Section key={section.id} section={section} report={report} />
        ))}
      </Then>
    </Page>
  );
}
