import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { EstimateText } from '@/charts/EstimateText';
import { ButtonLink } from '@/components/ButtonLink';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import classes from './Home.module.css';

/** What was agreed, by whom, until when, and whether the figure moved since: the next ones due first. */
export function ActionsPanel({ team, quarter }: { team?: string; quarter?: string }) {
  const { t } = useTranslation('home');
  const may = useMay();
  const actions = api.useQuery('get', '/actions', { params: { query: { state: 'open', team_id: team } } });
  const items = [...(actions.data?.items ?? [])].sort((a, b) => a.due_on.localeCompare(b.due_on)).slice(0, 6);
  const known = new URLSearchParams({ from: 'result', of: quarter ?? 'home', path: window.location.pathname + window.location.search, ...(team && { team }) });
  const buttons = (
    <>
      <ButtonLink variant="default" href={team ? `/actions?team=${encodeURIComponent(team)}` : '/actions'}>
        {t('actions.all')}
      </ButtonLink>
      {may('actions.write') && <ButtonLink href={`/actions/new?${known.toString()}`}>{t('actions.new')}</ButtonLink>}
    </>
  );
  return (
    <Panel flush={items.length > 0} title={t('actions.title')} actions={buttons}>
      {actions.isPending && <RowsSkeleton rows={3} />}
      {actions.isError && <ProblemNotice error={actions.error} retry={() => void actions.refetch()} />}
      {actions.data && items.length === 0 && <p className={classes.soft}>{t('actions.none')}</p>}
      {items.length > 0 && (
        <Table caption={t('actions.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('actions.what')}</th>
              <th scope="col">{t('actions.owner')}</th>
              <th scope="col">{t('actions.due')}</th>
              <th scope="col">{t('actions.since')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((a) => (
              <tr key={a.id}>
                <th scope="row">
                  <Link href={`/actions/${a.id}`}>
                    <bdi>{a.title}</bdi>
                  </Link>
                  {a.team_name && (
                    <span className={classes.sub}>
                      <bdi>{a.team_name}</bdi>
                    </span>
                  )}
                </th>
                <td data-label={t('actions.owner')}>
                  <bdi>{a.owner_name || '—'}</bdi>
                </td>
                <td data-label={t('actions.due')}>
                  {formatDay(a.due_on)}
                  {a.overdue && <span className={`${classes.sub} ${classes.late}`}>{t('actions.overdue')}</span>}
                </td>
                <td data-label={t('actions.since')}>
                  {a.metric_name ? (
                    <>
                      {a.since ? <EstimateText estimate={a.since.change} unit={a.metric_unit} /> : '—'}
                      <span className={classes.sub}>
                        <bdi>{a.metric_name}</bdi>
                      </span>
                    </>
                  ) : (
                    '—'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}
