import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import classes from '../Teams.module.css';
import { useTeamNames } from './useTeamNames';

export function PartnersPage() {
  const { t } = useTranslation(['org', 'app']);
  const may = useMay();
  const { nameOf } = useTeamNames();
  const list = api.useInfiniteQuery(
    'get',
    '/partners',
    { params: { query: { limit: 100 } } },
    { initialPageParam: null, pageParamName: 'cursor', getNextPageParam: (page) => page.next_cursor || undefined },
  );
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const bring = may('people.write') && <ButtonLink href="/imports/new?kind=partners">{t('partners.import')}</ButtonLink>;
  return (
    <Page title={t('partners.title')} lead={t('partners.lead')} actions={items.length > 0 && bring}>
      {list.isPending && <RowsSkeleton />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <EmptyState title={t('partners.none.title')} actions={bring}>
          {t('partners.none.body')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <Panel flush>
          <Table caption={t('partners.caption')} cards>
            <thead>
              <tr>
                <th scope="col">{t('partners.name')}</th>
                <th scope="col">{t('partners.company')}</th>
                <th scope="col">{t('partners.teams')}</th>
                <th scope="col">{t('partners.started')}</th>
                <th scope="col">{t('partners.ended')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((partner) => (
                <tr key={partner.id}>
                  <th scope="row">
                    <bdi>{partner.name || partner.external_id}</bdi>
                  </th>
                  <td data-label={t('partners.company')}>
                    <bdi>{partner.company ?? '—'}</bdi>
                  </td>
                  <td data-label={t('partners.teams')}>
                    <bdi>{partner.team_ids.map(nameOf).join(', ')}</bdi>
                  </td>
                  <td data-label={t('partners.started')}>{partner.started_on ? formatDay(partner.started_on) : '—'}</td>
                  <td data-label={t('partners.ended')}>{partner.ended_on ? formatDay(partner.ended_on) : '—'}</td>
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
