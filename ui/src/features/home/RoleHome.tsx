import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay, type Permission } from '@/api/session';
import { isolate } from '@/charts/isolate';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Link } from 'wouter';
import { ActionsPanel } from './ActionsPanel';
import classes from './Home.module.css';
import { Incoming } from './Incoming';
import { Trends } from './Trends';
import { Waves } from './Waves';

type Side = 'hr' | 'cx';

interface Way {
  name: 'results' | 'anonymity' | 'employees' | 'gaps' | 'evidence' | 'value' | 'ask' | 'invest';
  href: string;
  needs: Permission;
}

const ways: Record<Side, Way[]> = {
  hr: [
    { name: 'results', href: '/pulses', needs: 'pulses.read' },
    { name: 'anonymity', href: '/anonymity', needs: 'pulses.run' },
    { name: 'gaps', href: '/goals', needs: 'metrics.read' },
    { name: 'evidence', href: '/evidence', needs: 'findings.read' },
    { name: 'invest', href: '/invest', needs: 'proposals.read' },
    { name: 'employees', href: '/employees', needs: 'people.read' },
  ],
  cx: [
    { name: 'value', href: '/customers', needs: 'ledger.read' },
    { name: 'ask', href: '/collect', needs: 'import.cx' },
    { name: 'gaps', href: '/goals', needs: 'metrics.read' },
    { name: 'evidence', href: '/evidence', needs: 'findings.read' },
    { name: 'invest', href: '/invest', needs: 'proposals.read' },
  ],
};

export function HrPage() {
  return <RoleHome side="hr" />;
}

export function CxPage() {
  return <RoleHome side="cx" />;
}

/** Where a morning begins: what is due, how the figures of one's own side move, what was agreed, and where to go on. */
function RoleHome({ side }: { side: Side }) {
  const { t } = useTranslation('home');
  const may = useMay();
  const page = api.useQuery('get', '/my-team', {}, { retry: false });
  const none = page.isError && toProblem(page.error).code === 'report_none';
  const trends = page.data?.trends.filter((x) => x.kind === (side === 'hr' ? 'ex' : 'cx')) ?? [];
  const open = ways[side].filter((w) => may(w.needs));
  return (
    <Page title={t(`role.${side}.title`)} lead={t(`role.${side}.lead`)} actions={page.data && <ButtonLink variant="default" href={`/reports/${page.data.head.quarter}`}>{t('role.report', { quarter: isolate(page.data.head.quarter) })}</ButtonLink>}>
      <div className={classes.columns}>
        {side === 'hr' ? <Waves /> : <Incoming />}
        <Panel title={t('role.ways')}>
          <ul className={classes.links}>
            {open.map((w) => (
              <li key={w.name}>
                <Link href={w.href}>{t(`way.${w.name}`)}</Link>
                <span className={classes.soft}>{t(`wayFor.${w.name}`)}</span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
      {page.isPending && <RowsSkeleton rows={5} />}
      {page.isError && !none && <ProblemNotice error={page.error} retry={() => void page.refetch()} />}
      {none && <EmptyState title={t('team.none')}>{t('team.noneBody')}</EmptyState>}
      {page.data && <Trends trends={trends} team={page.data.head.team_name ?? ''} />}
      <ActionsPanel />
    </Page>
  );
}
