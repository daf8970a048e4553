import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { KindTag } from '@/charts/KindTag';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { Events } from './Events';
import { kinds } from './kinds';
import { MetricDialog } from './MetricDialog';
import classes from './Series.module.css';

export function MetricsPage() {
  const { t } = useTranslation('series');
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const metrics = api.useQuery('get', '/metrics');
  const items = metrics.data?.items ?? [];
  const add = may('metrics.write') && <Button onClick={() => setAdding(true)}>{t('metrics.new')}</Button>;
  return (
    <Page title={t('metrics.title')} lead={t('metrics.lead')} actions={items.length > 0 && add}>
      {metrics.isPending && <RowsSkeleton />}
      {metrics.isError && <ProblemNotice error={metrics.error} retry={() => void metrics.refetch()} />}
      {metrics.data && items.length === 0 && (
        <EmptyState
          title={t('metrics.none.title')}
          actions={
            <>
              {(may('import.ex') || may('import.cx')) && <ButtonLink href="/imports/new">{t('metrics.none.import')}</ButtonLink>}
              {add}
            </>
          }
        >
          {t('metrics.none.body')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <Panel flush>
          <Catalogue items={items} />
        </Panel>
      )}
      <Events />
      {adding && <MetricDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Catalogue({ items }: { items: Schemas['Metric'][] }) {
  const { t } = useTranslation(['series', 'words']);
  const sorted = [...items].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.name.localeCompare(b.name));
  return (
    <Table caption={t('metrics.caption')} cards>
      <thead>
        <tr>
          <th scope="col">{t('metrics.name')}</th>
          <th scope="col">{t('metrics.kind')}</th>
          <th scope="col">{t('metrics.unit')}</th>
          <th scope="col">{t('metrics.direction')}</th>
          <th scope="col">{t('metrics.range')}</th>
          <th scope="col">{t('metrics.owner')}</th>
          <th scope="col" data-num>
            {t('metrics.version')}
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((m) => (
          <tr key={m.id}>
            <th scope="row">
              <Link href={`/catalogue/${encodeURIComponent(m.id)}`} className={classes.link}>
                <bdi>{m.name}</bdi>
              </Link>
            </th>
            <td>
              <KindTag kind={m.kind} />
            </td>
            <td data-label={t('metrics.unit')}>
              <bdi>{m.unit || '—'}</bdi>
            </td>
            <td>{m.higher_is_better ? t('words:higherBetter') : t('words:lowerBetter')}</td>
            <td>
              {m.first_period && m.last_period ? (
                <>
                  <Bdi>
                    {m.first_period} … {m.last_period}
                  </Bdi>
                  {m.teams !== undefined && <>, {t('words:teams', { count: m.teams })}</>}
                </>
              ) : (
                t('metrics.noFigures')
              )}
            </td>
            <td data-label={t('metrics.owner')}>
              <bdi>{m.owner || '—'}</bdi>
            </td>
            <td data-num data-label={t('metrics.version')}>
              <Bdi>{m.version}</Bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
