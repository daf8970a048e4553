import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import { EventDialog } from './EventDialog';
import classes from './Series.module.css';

/** What happened outside the figures, so that a jump is not mistaken for an effect. */
export function Events() {
  const { t } = useTranslation('series');
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const events = api.useQuery('get', '/events');
  const items = events.data?.items ?? [];
  return (
    <Panel
      title={t('events.title')}
      subtitle={t('events.subtitle')}
      flush
      actions={
        may('import.other') && (
          <Button size="xs" variant="default" onClick={() => setAdding(true)}>
            {t('events.new')}
          </Button>
        )
      }
    >
      {events.isPending && <RowsSkeleton rows={2} />}
      {events.isError && <ProblemNotice error={events.error} retry={() => void events.refetch()} />}
      {events.data && items.length === 0 && <p className={classes.soft}>{t('events.none')}</p>}
      {items.length > 0 && (
        <Table caption={t('events.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('events.what')}</th>
              <th scope="col">{t('events.kindLabel')}</th>
              <th scope="col">{t('events.on')}</th>
              <th scope="col">{t('events.until')}</th>
              <th scope="col">{t('events.source')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((event) => (
              <tr key={event.id}>
                <th scope="row">
                  <bdi>{event.title}</bdi>
                </th>
                <td>{t(`events.kind.${event.kind}`)}</td>
                <td>{formatDay(event.on)}</td>
                <td data-label={t('events.until')}>{event.until ? formatDay(event.until) : '—'}</td>
                <td data-label={t('events.source')}>
                  <bdi>{event.source ?? '—'}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {adding && <EventDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}
