import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount } from '@/i18n/format';
import classes from './Collect.module.css';
import { TouchpointDialog } from './TouchpointDialog';

export function Touchpoints() {
  const { t } = useTranslation('collect');
  const list = api.useQuery('get', '/touchpoints');
  const [editing, setEditing] = useState<Schemas['Touchpoint'] | 'new'>();
  const items = list.data?.items ?? [];
  return (
    <Panel
      title={t('places.title')}
      subtitle={t('places.subtitle')}
      flush
      actions={
        <Button size="xs" variant="default" onClick={() => setEditing('new')}>
          {t('places.new')}
        </Button>
      }
    >
      {list.isPending && <RowsSkeleton rows={3} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <p className={classes.soft}>{t('places.none')}</p>}
      {items.length > 0 && (
        <Table caption={t('places.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('places.name')}</th>
              <th scope="col">{t('places.kind')}</th>
              <th scope="col">{t('places.journey')}</th>
              <th scope="col">{t('places.owner')}</th>
              <th scope="col" data-num>
                {t('places.promise')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <th scope="row">
                  <bdi>{item.name}</bdi>
                  {item.closed && ` · ${t('closed')}`}
                </th>
                <td data-label={t('places.kind')}>{t(`places.${item.kind}`)}</td>
                <td data-label={t('places.journey')}>
                  <bdi>{[item.journey, item.stage].filter(Boolean).join(' › ')}</bdi>
                </td>
                <td data-label={t('places.owner')}>
                  <bdi>{item.owner_team ?? ''}</bdi>
                </td>
                <td data-num data-label={t('places.promise')}>
                  {item.promise_minutes !== undefined && <Bdi>{formatCount(item.promise_minutes)}</Bdi>}
                </td>
                <td>
                  <Button size="xs" variant="default" aria-label={t('editOf', { name: item.name })} onClick={() => setEditing(item)}>
                    {t('edit')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {editing && <TouchpointDialog item={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </Panel>
  );
}
