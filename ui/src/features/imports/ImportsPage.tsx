import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatTime } from '@/i18n/format';
import { UndoDialog } from './UndoDialog';
import { Waiting } from './Waiting';

type Import = Schemas['Import'];

export function ImportsPage() {
  const { t } = useTranslation('imports');
  const imports = api.useQuery('get', '/imports', { params: { query: { limit: 100 } } });
  const [undoing, setUndoing] = useState<Import>();
  return (
    <Page title={t('title')} lead={t('lead')} actions={<ButtonLink href="/imports/new">{t('new')}</ButtonLink>}>
      {imports.isPending && <RowsSkeleton />}
      {imports.isError && <ProblemNotice error={imports.error} retry={() => void imports.refetch()} />}
      {imports.data?.items.length === 0 && (
        <EmptyState title={t('none.title')} actions={<ButtonLink href="/imports/new">{t('new')}</ButtonLink>}>
          {t('none.body')}
        </EmptyState>
      )}
      <Waiting />
      {imports.data && imports.data.items.length > 0 && (
        <Panel flush>
          <ImportsTable items={imports.data.items} onUndo={setUndoing} />
        </Panel>
      )}
      {undoing && <UndoDialog item={undoing} onClose={() => setUndoing(undefined)} />}
    </Page>
  );
}

function ImportsTable({ items, onUndo }: { items: Import[]; onUndo: (item: Import) => void }) {
  const { t } = useTranslation('imports');
  const sourceOf = (source: string) => (source === 'grid' || source === 'api' ? t(`source.${source}`) : source);
  const kinds = ['series', 'feedback', 'orders', 'employees', 'partners', 'survey', 'benchmark', 'initiatives'] as const;
  const kindOf = (kind: string) => {
    const known = kinds.find((k) => k === kind);
    return known ? t(`kind.${known}`) : kind;
  };
  return (
    <Table caption={t('list.caption')} cards>
      <thead>
        <tr>
          <th scope="col">{t('list.source')}</th>
          <th scope="col">{t('list.what')}</th>
          <th scope="col">{t('list.when')}</th>
          <th scope="col">{t('list.by')}</th>
          <th scope="col">{t('list.state')}</th>
          <th scope="col" data-num>
            {t('list.rows')}
          </th>
          <th scope="col" data-num>
            {t('list.imported')}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row">
              <bdi>{sourceOf(item.source)}</bdi>
            </th>
            <td>{kindOf(item.kind)}</td>
            <td>{formatTime(item.started_at)}</td>
            <td>
              <bdi>{item.by}</bdi>
            </td>
            <td>{t(`state.${item.state}`)}</td>
            <td data-num data-label={t('list.rows')}>
              <Bdi>{formatCount(item.result.rows)}</Bdi>
            </td>
            <td data-num data-label={t('list.imported')}>
              <Bdi>{formatCount(item.result.imported)}</Bdi>
            </td>
            <td>
              {item.can_undo && (
                <Button size="xs" variant="default" aria-label={`${t('list.undo')}: ${item.source}`} onClick={() => onUndo(item)}>
                  {t('list.undo')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
