import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import { SegmentedControl, Switch } from '@mantine/core';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { EstimateText } from '@/charts/EstimateText';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import classes from './Actions.module.css';

type Action = Schemas['Action'];
type State = Schemas['ActionState'];

const states = ['open', 'done', 'dropped', 'all'] as const;

/** What was agreed, by whom and until when, and whether the figure has moved since. */
export function ActionsPage() {
  const { t } = useTranslation('actions');
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const state = states.find((s) => s === search.get('state')) ?? 'open';
  const mine = search.get('mine') === '1';
  const team = search.get('team') ?? undefined;
  const query = { state: state === 'all' ? undefined : (state as State), owner_id: mine ? 'me' : undefined, team_id: team };
  const actions = api.useQuery('get', '/actions', { params: { query } });
  const set = (key: string, value: string | undefined) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(key, value);
      else next.delete(key);
      return next;
    }, { replace: true });
  const items = actions.data?.items ?? [];
  const teamName = team && items[0]?.team_name;
  const filtered = state !== 'open' || mine || team !== undefined;
  return (
    <Page title={t('title')} lead={t('lead')} actions={may('actions.write') && <ButtonLink href="/actions/new">{t('new')}</ButtonLink>}>
      <div className={classes.filters} data-print="no">
        <SegmentedControl size="sm" aria-label={t('filter.state')} value={state} onChange={(v) => set('state', v === 'open' ? undefined : v)} data={states.map((s) => ({ value: s, label: t(`state.${s}`) }))} />
        <Switch label={t('filter.mine')} checked={mine} onChange={(e) => set('mine', e.currentTarget.checked ? '1' : undefined)} />
        {team && (
          <span className={classes.soft}>
            {teamName && <bdi>{teamName}</bdi>} <Link href="/actions">{t('filter.allTeams')}</Link>
          </span>
        )}
      </div>
      {actions.isPending && <RowsSkeleton rows={5} />}
      {actions.isError && <ProblemNotice error={actions.error} retry={() => void actions.refetch()} />}
      {actions.data && items.length === 0 && (
        <EmptyState title={t(filtered ? 'nothingHere' : 'none.title')} actions={filtered ? <ButtonLink href="/actions" variant="default">{t('clear')}</ButtonLink> : <ButtonLink href="/evidence" variant="default">{t('none.evidence')}</ButtonLink>}>
          {!filtered && t('none.body')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <Panel flush>
          <Table caption={t('title')} cards>
            <thead>
              <tr>
                <th scope="col">{t('col.action')}</th>
                <th scope="col">{t('col.owner')}</th>
                <th scope="col">{t('col.due')}</th>
                <th scope="col">{t('col.since')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((a) => (
                <Row key={a.id} action={a} />
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </Page>
  );
}

function Row({ action: a }: { action: Action }) {
  const { t } = useTranslation('actions');
  return (
    <tr>
      <th scope="row">
        <Link href={`/actions/${a.id}`}>
          <bdi>{a.title}</bdi>
        </Link>
        <span className={classes.sub}>
          <bdi>{a.team_name ?? t('everybody')}</bdi>
          {a.team_gone && ` · ${t('teamGone')}`} · {t(`from.${a.origin.from}`)}
        </span>
      </th>
      <td data-label={t('col.owner')}>
        <bdi>{a.owner_name || '—'}</bdi>
        {a.owner_gone && <span className={classes.sub}>{t('ownerGone')}</span>}
      </td>
      <td data-label={t('col.due')}>
        {formatDay(a.due_on)}
        {a.overdue && <span className={`${classes.sub} ${classes.late}`}>{t('overdue')}</span>}
        {a.state !== 'open' && <span className={classes.sub}>{t(`state.${a.state}`)}</span>}
      </td>
      <td data-label={t('col.since')}>
        {a.metric_name ? (
          <>
            {a.since ? <EstimateText estimate={a.since.change} unit={a.metric_unit} /> : t('notLooked')}
            <span className={classes.sub}>
              <bdi>{a.metric_name}</bdi>
            </span>
          </>
        ) : (
          <span className={classes.soft}>{t('noFigure')}</span>
        )}
      </td>
    </tr>
  );
}
