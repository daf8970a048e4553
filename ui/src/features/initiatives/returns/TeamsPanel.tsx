import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { EmptyState } from '@/components/EmptyState';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatMoney, formatReturn } from '@/i18n/money';
import classes from '../Initiatives.module.css';

const names = ['roi', 'rov', 'rox'] as const;

/** The treated teams by name, never by rank: effects are pooled, and what is left between teams is mostly doubt. */
export function TeamsPanel({ quarter }: { quarter: string }) {
  const { t } = useTranslation('returns');
  const list = api.useInfiniteQuery(
    'get',
    '/returns/teams',
    { params: { query: { limit: 50, ...(quarter ? { quarter } : {}) } } },
    { pageParamName: 'cursor', initialPageParam: null, getNextPageParam: (last) => last.next_cursor ?? null },
  );
  const rows = (list.data?.pages ?? []).flatMap((p) => p.items).sort((a, b) => a.name.localeCompare(b.name));
  if (list.isPending) return <RowsSkeleton rows={6} />;
  if (list.isError) return <ProblemNotice error={list.error} retry={() => void list.refetch()} />;
  if (rows.length === 0) return <EmptyState title={t('teams.none')}>{t('none.body')}</EmptyState>;
  return (
    <Panel title={t('teams.title')} subtitle={t('teams.sub')} flush>
      <Table caption={t('teams.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('teams.team')}</th>
            <th scope="col" data-num>
              {t('teams.invested')}
            </th>
            {names.map((n) => (
              <th key={n} scope="col">
                {n.toUpperCase()}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((s) => (
            <tr key={s.subject}>
              <th scope="row">
                <bdi>{s.name}</bdi>
                <span className={classes.small}>{t('teams.initiatives', { count: s.initiatives.length })}</span>
              </th>
              <td data-label={t('teams.invested')} data-num>
                {s.investment !== undefined && <Bdi>{formatMoney(s.investment, s.currency ?? 'EUR')}</Bdi>}
              </td>
              {names.map((n) => (
                <td key={n} data-label={n.toUpperCase()}>
                  <Figure figure={s[n]} refused={s.refused} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {list.hasNextPage && (
        <div className={classes.bar}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('teams.more')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Figure({ figure: f, refused }: { figure?: Schemas['ReturnsFigure']; refused: string[] }) {
  if (f?.estimate === undefined || f.p5 === undefined || f.p95 === undefined) return <span className={classes.soft}>{f?.not_enough?.text ?? refused[0] ?? '—'}</span>;
  return (
    <>
      <Bdi>{formatReturn(f.estimate)}</Bdi>
      <span className={classes.small}>
        <Bdi>{`${formatReturn(f.p5)} … ${formatReturn(f.p95)}`}</Bdi>
      </span>
    </>
  );
}
