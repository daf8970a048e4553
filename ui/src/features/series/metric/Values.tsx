import { Button } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatNumber } from '@/i18n/format';
import { currentLocale } from '@/i18n/locale-now';
import classes from '../Series.module.css';
import { back } from './back';
import { pivot, type Value } from './pivot';

const PERIODS = 12;
const PAGES = 6;

export function Values({ metric }: { metric: Schemas['Metric'] }) {
  const { t } = useTranslation(['series', 'words', 'app']);
  const teams = api.useQuery('get', '/teams', { params: { query: { closed: true } } });
  const from = metric.last_period ? back(metric.last_period, PERIODS - 1) : undefined;
  const list = api.useInfiniteQuery(
    'get',
    '/metrics/{id}/values',
    { params: { path: { id: metric.id }, query: { limit: 500, from } } },
    { initialPageParam: null, pageParamName: 'cursor', getNextPageParam: (page) => page.next_cursor || undefined },
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage, data } = list;
  const pages = data?.pages.length ?? 0;
  // The first pages come by themselves; a very long list is asked for.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && pages < PAGES) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, pages]);
  const table = useMemo(() => pivot(data?.pages.flatMap((page) => page.items) ?? [], PERIODS), [data]);
  const names = useMemo(() => new Map((teams.data?.items ?? []).map((team) => [team.id, team.name])), [teams.data]);
  const name = (id: string) => names.get(id) ?? id;
  const rows = [...table.rows].sort((a, b) => name(a.team).localeCompare(name(b.team), currentLocale()));
  // The newest stands beside the team, where it is seen on every width.
  const periods = [...table.periods].reverse();
  return (
    <Panel title={t('values.title')} subtitle={metric.about_people ? t('values.subtitle', { notShown: t('words:notShown') }) : undefined} flush>
      {list.isPending && <RowsSkeleton rows={6} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && table.rows.length === 0 && <p className={classes.soft}>{t('values.none')}</p>}
      {table.rows.length > 0 && (
        <Table caption={t('values.title')}>
          <thead>
            <tr>
              <th scope="col">{t('values.team')}</th>
              {periods.map((period) => (
                <th key={period} scope="col" data-num>
                  <Bdi>{period}</Bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.team}>
                <th scope="row" style={{ whiteSpace: 'nowrap' }}>
                  <bdi>{name(row.team)}</bdi>
                </th>
                {periods.map((period) => (
                  <td key={period} data-num>
                    <Figure value={row.at.get(period)} decimals={table.decimals} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {table.periods.length === PERIODS && <p className={classes.soft}>{t('values.some', { count: PERIODS })}</p>}
      {hasNextPage && pages >= PAGES && (
        <p className={classes.soft}>
          <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('app:more')}
          </Button>
        </p>
      )}
    </Panel>
  );
}

function Figure({ value, decimals }: { value?: Value; decimals: number }) {
  const { t } = useTranslation('words');
  if (!value) return <>—</>;
  if (value.not_shown || value.value === undefined) {
    return (
      <span className={classes.held}>
        <span>{t('notShown')}</span>
      </span>
    );
  }
  return (
    <Bdi>
      <span title={value.n === undefined ? undefined : `n = ${value.n}`}>{formatNumber(value.value, decimals)}</span>
    </Bdi>
  );
}
