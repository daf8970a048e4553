import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import { languageName } from '../builder/language';
import pulse from '../Pulse.module.css';
import { ChannelForm } from './ChannelForm';

type Channel = Schemas['PulseChannel'];

/** Rooms that hear of waves. Their addresses are secrets: only the host is shown. */
export function ChannelsPage() {
  const { t } = useTranslation('pulse');
  const queries = useQueryClient();
  const list = api.useQuery('get', '/pulse-channels');
  const [dropping, setDropping] = useState<Channel>();
  const refresh = () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/pulse-channels' });
  const change = api.useMutation('put', '/pulse-channels/{id}', { onSuccess: refresh });
  const ping = api.useMutation('post', '/pulse-channels/{id}/pings', { onSettled: refresh });
  const drop = api.useMutation('delete', '/pulse-channels/{id}', {
    onSuccess: async () => {
      setDropping(undefined);
      await refresh();
    },
  });
  const items = list.data?.items ?? [];
  const failed = change.error ?? ping.error;
  return (
    <Page above={<Link href="/pulses">{t('back')}</Link>} title={t('channels.title')} lead={t('channels.lead')}>
      {list.isPending && <RowsSkeleton rows={3} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {failed && <ProblemNotice error={failed} />}
      <ChannelForm />
      {list.data && items.length === 0 && <EmptyState title={t('channels.none')}>{t('channels.noneBody')}</EmptyState>}
      {items.length > 0 && (
        <Panel title={t('channels.list')} flush>
          <Table caption={t('channels.list')} cards>
            <thead>
              <tr>
                <th scope="col">{t('channels.name')}</th>
                <th scope="col">{t('channels.kind')}</th>
                <th scope="col">{t('channels.locale')}</th>
                <th scope="col">{t('channels.last')}</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {items.map((c) => (
                <tr key={c.id}>
                  <th scope="row">
                    <bdi>{c.name}</bdi>
                    {!c.active && <span className={pulse.summary}>{t('channels.off')}</span>}
                  </th>
                  <td data-label={t('channels.kind')}>
                    {c.kind === 'slack' ? 'Slack' : 'Teams'} <span className={pulse.summary}><Bdi>{c.host}</Bdi></span>
                  </td>
                  <td data-label={t('channels.locale')}>{languageName(c.locale)}</td>
                  <td data-label={t('channels.last')}>
                    {c.last_at ? formatTime(c.last_at) : t('channels.never')}
                    {c.last_at && <span className={pulse.summary}>{c.last_error ?? t('channels.taken')}</span>}
                  </td>
                  <td>
                    <div className={pulse.actions}>
                      <Button size="xs" variant="default" loading={ping.isPending} aria-label={`${t('channels.test')}: ${c.name}`} onClick={() => ping.mutate({ params: { path: { id: c.id } } })}>
                        {t('channels.test')}
                      </Button>
                      <Button size="xs" variant="default" aria-label={`${t(c.active ? 'channels.turnOff' : 'channels.turnOn')}: ${c.name}`} onClick={() => change.mutate({ params: { path: { id: c.id } }, body: { name: c.name, kind: c.kind, locale: c.locale, active: !c.active } })}>
                        {t(c.active ? 'channels.turnOff' : 'channels.turnOn')}
                      </Button>
                      <Button size="xs" variant="default" aria-label={`${t('channels.drop')}: ${c.name}`} onClick={() => setDropping(c)}>
                        {t('channels.drop')}
                      </Button>
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {dropping && (
        <ConfirmDialog title={t('channels.dropTitle')} confirm={t('channels.drop')} busy={drop.isPending} error={drop.error ?? undefined} onConfirm={() => drop.mutate({ params: { path: { id: dropping.id } } })} onClose={() => setDropping(undefined)}>
          {dropping.name}
        </ConfirmDialog>
      )}
    </Page>
  );
}
