import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { isolate } from '@/charts/isolate';
import { ButtonLink } from '@/components/ButtonLink';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ActionsPanel } from './ActionsPanel';
import classes from './Home.module.css';
import { Incoming } from './Incoming';
import { Trends } from './Trends';
import { Ways, type Way } from './Ways';

const ways: Way[] = [
  { name: 'cases', href: '/cases', needs: 'actions.read' },
  { name: 'value', href: '/customers', needs: 'ledger.read' },
  { name: 'ask', href: '/collect', needs: 'import.cx' },
  { name: 'gaps', href: '/goals', needs: 'metrics.read' },
  { name: 'evidence', href: '/evidence', needs: 'findings.read' },
  { name: 'invest', href: '/invest', needs: 'proposals.read' },
];

/** The part of the customers' home that is for those who look after it: whether words still come in, how figures move over the quarters, what was agreed. */
export function CxDesk() {
  const { t } = useTranslation('home');
  const page = api.useQuery('get', '/my-team', {}, { retry: false });
  const none = page.isError && toProblem(page.error).code === 'report_none';
  const quarter = page.data?.head.quarter;
  return (
    <>
      <div className={classes.columns}>
        <Incoming />
        <Ways ways={ways} actions={quarter && <ButtonLink variant="default" href={`/reports/${quarter}`}>{t('role.report', { quarter: isolate(quarter) })}</ButtonLink>} />
      </div>
      {page.isPending && <RowsSkeleton rows={5} />}
      {page.isError && !none && <ProblemNotice error={page.error} retry={() => void page.refetch()} />}
      {page.data && <Trends trends={page.data.trends.filter((x) => x.kind === 'cx')} team={page.data.head.team_name ?? ''} />}
      <ActionsPanel />
    </>
  );
}
