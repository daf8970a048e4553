import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { isolate } from '@/charts/isolate';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ActionsPanel } from './ActionsPanel';
import classes from './Home.module.css';
import { Trends } from './Trends';
import { Waves } from './Waves';
import { Ways, type Way } from './Ways';

const ways: Way[] = [
  { name: 'results', href: '/pulses', needs: 'pulses.read' },
  { name: 'anonymity', href: '/anonymity', needs: 'pulses.run' },
  { name: 'gaps', href: '/goals', needs: 'metrics.read' },
  { name: 'evidence', href: '/evidence', needs: 'findings.read' },
  { name: 'invest', href: '/invest', needs: 'proposals.read' },
  { name: 'employees', href: '/employees', needs: 'people.read' },
];

/** Where a morning begins: what is due, how the figures of employees move, what was agreed, and where to go on. */
export function HrPage() {
  const { t } = useTranslation('home');
  const page = api.useQuery('get', '/my-team', {}, { retry: false });
  const none = page.isError && toProblem(page.error).code === 'report_none';
  return (
    <Page title={t('role.hr.title')} lead={t('role.hr.lead')} actions={page.data && <ButtonLink variant="default" href={`/reports/${page.data.head.quarter}`}>{t('role.report', { quarter: isolate(page.data.head.quarter) })}</ButtonLink>}>
      <div className={classes.columns}>
        <Waves />
        <Ways ways={ways} />
      </div>
      {page.isPending && <RowsSkeleton rows={5} />}
      {page.isError && !none && <ProblemNotice error={page.error} retry={() => void page.refetch()} />}
      {none && <EmptyState title={t('team.none')}>{t('team.noneBody')}</EmptyState>}
      {page.data && <Trends trends={page.data.trends.filter((x) => x.kind === 'ex')} team={page.data.head.team_name ?? ''} />}
      <ActionsPanel />
    </Page>
  );
}
