import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount } from '@/i18n/format';
import classes from './Collect.module.css';
import { LinkDialog } from './LinkDialog';

export function Links() {
  const { t } = useTranslation('collect');
  const list = api.useQuery('get', '/links');
  const places = api.useQuery('get', '/touchpoints');
  const [editing, setEditing] = useState<Schemas['Link'] | 'new'>();
  const items = list.data?.items ?? [];
  const ready = (places.data?.items.length ?? 0) > 0;
  return (
    <Panel
      title={t('links.title')}
      subtitle={t('links.subtitle')}
      flush
      actions={
        <Button size="xs" disabled={!ready} onClick={() => setEditing('new')}>
          {t('links.new')}
        </Button>
      }
    >
      {list.isPending && <RowsSkeleton rows={3} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <p className={classes.soft}>{ready ? t('links.none') : t('links.first')}</p>}
      {list.data && !list.data.mails && items.some((item) => item.invite.share > 0) && <Notice tone="warn" title={t('links.noMail')} />}
      {items.length > 0 && (
        <Table caption={t('links.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('links.name')}</th>
              <th scope="col">{t('links.about')}</th>
              <th scope="col">{t('links.address')}</th>
              <th scope="col" data-num>
                {t('links.sent')}
              </th>
              <th scope="col" data-num>
                {t('links.answered')}
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
                <td data-label={t('links.about')}>
                  <bdi>{item.touchpoint}</bdi>
                  {item.population === 'partner' && ` · ${t('links.partner')}`}
                  {item.team && (
                    <>
                      {' · '}
                      <bdi>{item.team}</bdi>
                    </>
                  )}
                </td>
                <td data-label={t('links.address')}>
                  <a href={item.address} className={classes.code} dir="ltr">
                    {item.address}
                  </a>
                  {item.snippet && (
                    <code className={classes.code} dir="ltr">
                      {item.snippet}
                    </code>
                  )}
                </td>
                <td data-num data-label={t('links.sent')}>
                  <Bdi>{formatCount(item.sent)}</Bdi>
                </td>
                <td data-num data-label={t('links.answered')}>
                  <Bdi>{formatCount(item.answered)}</Bdi>
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
      {editing && <LinkDialog item={editing === 'new' ? undefined : editing} places={places.data?.items ?? []} onClose={() => setEditing(undefined)} />}
    </Panel>
  );
}
