import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { EmptyState } from '@/components/EmptyState';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay, formatNumber } from '@/i18n/format';
import classes from './Cases.module.css';
import { Rules } from './Rules';
import { Tally } from './Tally';

const states = ['open', 'in_work', 'closed'] as const;

/** The inbox: matters that customers raised, with who looks after them and until when. */
export function CasesPage() {
  const { t } = useTranslation('cases');
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const status = states.find((s) => s === search.get('status'));
  const overdue = search.get('overdue') === '1';
  // The cursors of the pages gone through, so that there is a way back.
  const [pages, setPages] = useState<string[]>([]);
  const list = api.useQuery('get', '/cases', { params: { query: { status, overdue: overdue || undefined, cursor: pages.at(-1) } } });
  const items = list.data?.items ?? [];
  const next = list.data?.next_cursor;
  const choose = (v: string) => {
    setPages([]);
    setSearch(v === 'overdue' ? { overdue: '1' } : v ? { status: v } : {}, { replace: true });
  };
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={(['csv', 'xlsx'] as const).map((ending) => (
        <Button key={ending} component="a" size="xs" variant="default" href={`/api/v1/journey-tables/cases/${ending}`} download={`${t('title')}.${ending}`}>
          {t(ending)}
        </Button>
      ))}
    >
      <Tally />
      <div className={classes.filters} data-print="no">
        <ChoiceField label={t('show')} choices={[{ value: '', label: t('all') }, { value: 'overdue', label: t('overdue') }, ...states.map((s) => ({ value: s, label: t(`status.${s}`) }))]} value={overdue ? 'overdue' : (status ?? '')} onChoose={choose} />
      </div>
      {list.isPending && <RowsSkeleton rows={6} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <EmptyState title={t('none')}>{t('noneBody')}</EmptyState>}
      {items.length > 0 && (
        <Panel title={t('title')} flush>
          <Table caption={t('title')} cards>
            <thead>
              <tr>
                <th scope="col">{t('matter')}</th>
                <th scope="col">{t('team')}</th>
                <th scope="col">{t('score')}</th>
                <th scope="col">{t('owner')}</th>
                <th scope="col">{t('due')}</th>
                <th scope="col">{t('state')}</th>
              </tr>
            </thead>
            <tbody>{items.map((c) => <Row key={c.id} item={c} />)}</tbody>
          </Table>
        </Panel>
      )}
      {(pages.length > 0 || next) && (
        <nav className={classes.pages} aria-label={t('pages')} data-print="no">
          <Button variant="default" disabled={pages.length === 0} onClick={() => setPages(pages.slice(0, -1))}>
            {t('newer')}
          </Button>
          <Button variant="default" disabled={!next} onClick={() => next && setPages([...pages, next])}>
            {t('older')}
          </Button>
        </nav>
      )}
      <Rules write={may('import.cx')} />
    </Page>
  );
}

function Row({ item }: { item: Schemas['Case'] }) {
  const { t } = useTranslation('cases');
  return (
    <tr>
      <th scope="row">
        <Link href={`/cases/${encodeURIComponent(item.id)}`}>
          <bdi>{item.touchpoint || t('somewhere')}</bdi>, {formatDay(item.answered_at)}
        </Link>
      </th>
      <td data-label={t('team')}>
        <bdi>{item.team}</bdi>
      </td>
      <td data-label={t('score')}>
        <Bdi>{`${item.type.toUpperCase()} ${formatNumber(item.score, 0)}`}</Bdi>
      </td>
      <td data-label={t('owner')}>
        <bdi>{item.owner || t('nobody')}</bdi>
      </td>
      <td data-label={t('due')}>
        {formatDay(item.due_at)}
        {item.overdue && <span className={classes.late}> · {t('overdue')}</span>}
      </td>
      <td data-label={t('state')}>
        {t(`status.${item.status}`)}
        {item.reopened > 0 && <span className={classes.small}>{t('reopened')}</span>}
      </td>
    </tr>
  );
}
