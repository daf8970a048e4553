import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { isolate } from '@/charts/isolate';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Then } from '@/components/Then';
import { ActionsPanel } from './ActionsPanel';
import { Drivers } from './Drivers';
import classes from './Home.module.css';
import { Trends } from './Trends';

type MyTeam = Schemas['MyTeam'];

/** A team for the person who leads it: how it moves, what that goes with, what may be said of it and what may not, what was agreed. */
export function TeamPage() {
  const { t } = useTranslation('home');
  const [search] = useSearchParams();
  const team = search.get('team') ?? undefined;
  const page = api.useQuery('get', '/my-team', { params: { query: { team } } }, { retry: false });
  const none = page.isError && ['report_none', 'report_unknown'].includes(toProblem(page.error).code ?? '');
  if (page.data) return <Shown page={page.data} />;
  return (
    <Page title={t('team.title')} actions={<Choice team={team ?? ''} />}>
      {page.isPending && <RowsSkeleton rows={10} />}
      {none && (
        <EmptyState title={t('team.none')} actions={<ButtonLink href="/evidence" variant="default">{t('team.evidence')}</ButtonLink>}>
          {t('team.noneBody')}
        </EmptyState>
      )}
      {page.isError && !none && <ProblemNotice error={page.error} retry={() => void page.refetch()} />}
    </Page>
  );
}

function Shown({ page }: { page: MyTeam }) {
  const { t } = useTranslation('home');
  const { quarter, team_id: team = '', team_name: name = '', state } = page.head;
  return (
    <Page
      title={name || t('team.organisation')}
      lead={t('team.lead', { quarter: isolate(quarter), state: t(`state.${state}`) })}
      actions={
        <>
          <Choice team={team} />
          <ButtonLink variant="default" href={team ? `/reports/${quarter}?team=${encodeURIComponent(team)}` : `/reports/${quarter}`}>
            {t('team.report')}
          </ButtonLink>
        </>
      }
    >
      <div className={classes.headline} data-headline>
        {page.headline.map((s, i) => (
          <p key={i}>{s.text}</p>
        ))}
      </div>
      <Then>
        <Trends trends={page.trends} team={name} />
        <div className={classes.columns}>
          <Said title={t('says')} list={page.says} />
          <Said title={t('cannot')} list={page.cannot} />
        </div>
        <Drivers drivers={page.drivers} run={page.run_id} team={name} />
        <ActionsPanel team={team} quarter={quarter} />
      </Then>
    </Page>
  );
}

function Said({ title, list }: { title: string; list: Schemas['Sentence'][] }) {
  return (
    <Panel title={title}>
      <ul className={classes.said}>
        {list.map((s, i) => (
          <li key={i}>{s.text}</li>
        ))}
      </ul>
    </Panel>
  );
}

// Only teams within the reader's scope come back; with one of them there is nothing to choose.
function Choice({ team }: { team: string }) {
  const { t } = useTranslation('home');
  const [, go] = useLocation();
  const teams = api.useQuery('get', '/teams');
  const items = (teams.data?.items ?? []).filter((x) => !x.closed_on);
  if (items.length < 2) return null;
  return (
    <NativeSelect
      aria-label={t('team.choose')}
      value={team}
      onChange={(e) => go(`/my-team?team=${encodeURIComponent(e.currentTarget.value)}`)}
      data={items.map((x) => ({ value: x.id, label: '\u2003'.repeat(x.depth) + x.name }))}
    />
  );
}
