import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import classes from '../Teams.module.css';
import { pathName } from '../tree';
import { useTeamNames } from './useTeamNames';

export function EmployeesPage() {
  const { t } = useTranslation(['org', 'app']);
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const team = search.get('team') ?? '';
  const { teams, nameOf } = useTeamNames();
  const list = api.useInfiniteQuery(
    'get',
    '/employees',
    { params: { query: { limit: 100, ...(team ? { team_id: team } : {}) } } },
    { initialPageParam: null, pageParamName: 'cursor', getNextPageParam: (page) => page.next_cursor || undefined },
  );
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const bring = may('people.write') && <ButtonLink href="/imports/new?kind=employees">{t('employees.import')}</ButtonLink>;
  const none = list.isSuccess && items.length === 0;
  return (
    <Page title={t('employees.title')} lead={t('employees.lead')} actions={!(none && !team) && bring}>
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {none && !team ? (
        <EmptyState title={t('employees.none.title')} actions={bring}>
          {t('employees.none.body')}
        </EmptyState>
      ) : (
        <div className={classes.tools}>
          <ChoiceField
            label={t('employees.filter')}
            choices={[{ value: '', label: t('employees.everyTeam') }, ...teams.map((item) => ({ value: item.id, label: pathName(item) }))]}
            value={team}
            onChoose={(id) => setSearch(id ? { team: id } : {}, { replace: true })}
          />
        </div>
      )}
      {list.isPending && <RowsSkeleton />}
      {none && team && <p>{t('employees.noneInTeam')}</p>}
      {items.length > 0 && (
        <Panel flush>
          <Table caption={t('employees.caption')} cards>
            <thead>
              <tr>
                <th scope="col">{t('employees.name')}</th>
                <th scope="col">{t('employees.number')}</th>
                <th scope="col">{t('employees.team')}</th>
                <th scope="col">{t('employees.joined')}</th>
                <th scope="col">{t('employees.left')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((person) => (
                <tr key={person.id}>
                  <th scope="row">
                    <bdi>{person.name || person.external_id}</bdi>
                  </th>
                  <td data-label={t('employees.number')}>
                    <bdi>{person.external_id}</bdi>
                  </td>
                  <td data-label={t('employees.team')}>
                    <bdi>{nameOf(person.team_id)}</bdi>
                  </td>
                  <td data-label={t('employees.joined')}>{formatDay(person.joined_on)}</td>
                  <td data-label={t('employees.left')}>{person.left_on ? formatDay(person.left_on) : '—'}</td>
                </tr>
              ))}
            </tbody>
          </Table>
          {list.hasNextPage && (
            <div className={classes.more}>
              <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('app:more')}
              </Button>
            </div>
          )}
        </Panel>
      )}
    </Page>
  );
}
