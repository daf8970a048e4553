import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import { BarrierDialog } from './BarrierDialog';
import classes from './Goals.module.css';

interface Props {
  team: string;
  teams: Schemas['Team'][];
  metrics: Schemas['GoalMetric'][];
}

/** The register of what stands between what is and what is wanted. */
export function Barriers({ team, teams, metrics }: Props) {
  const { t } = useTranslation('goals');
  const may = useMay();
  const list = api.useQuery('get', '/barriers', { params: { query: { team_id: team || undefined } } });
  const [open, setOpen] = useState<Schemas['Barrier'] | 'new'>();
  const items = list.data?.items ?? [];
  const write = may('barriers.write');
  return (
    <Panel title={t('barriers.title')} subtitle={t('barriers.sub')} flush={items.length > 0} actions={write && <Button variant="default" size="xs" onClick={() => setOpen('new')}>{t('barriers.add')}</Button>}>
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && <p>{t('barriers.none')}</p>}
      {items.length > 0 && (
        <Table caption={t('barriers.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('barriers.what')}</th>
              <th scope="col">{t('barriers.where')}</th>
              <th scope="col">{t('barriers.status')}</th>
              <th scope="col">{t('col.owner')}</th>
              <th scope="col">{t('barriers.last')}</th>
              {write && <td />}
            </tr>
          </thead>
          <tbody>
            {items.map((b) => (
              <tr key={b.id}>
                <th scope="row">
                  <bdi>{b.name}</bdi>
                </th>
                <td data-label={t('barriers.where')}>
                  {[b.touchpoint, b.metric_name, b.team_name].filter(Boolean).map((x) => (
                    <span key={x} className={classes.small}>
                      <bdi>{x}</bdi>
                    </span>
                  ))}
                </td>
                <td data-label={t('barriers.status')}>{t(`status.${b.status}`)}</td>
                <td data-label={t('col.owner')}>
                  <bdi>{b.owner || '—'}</bdi>
                </td>
                <td data-label={t('barriers.last')}>
                  {b.notes.length > 0 ? (
                    <>
                      <bdi>{b.notes[b.notes.length - 1]?.text}</bdi>
                      <span className={classes.small}>{formatDay(b.notes[b.notes.length - 1]?.at ?? b.edited_at)}</span>
                    </>
                  ) : (
                    '—'
                  )}
                </td>
                {write && (
                  <td>
                    <Button size="xs" variant="default" onClick={() => setOpen(b)} aria-label={t('barriers.openOf', { name: b.name })}>
                      {t('open')}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {open && <BarrierDialog known={open === 'new' ? undefined : open} team={team} teams={teams} metrics={metrics} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}
