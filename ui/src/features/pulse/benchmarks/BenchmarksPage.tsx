import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatDay, formatNumber } from '@/i18n/format';
import { BenchmarkForm } from './BenchmarkForm';

type Benchmark = Schemas['Benchmark'];

/** What others reached. Each stands with its source and date: a benchmark is only as good as where it comes from. */
export function BenchmarksPage() {
  const { t } = useTranslation('pulse');
  const may = useMay();
  const list = api.useQuery('get', '/benchmarks');
  const [dropping, setDropping] = useState<Benchmark>();
  const run = may('pulses.run');
  const items = list.data?.items ?? [];
  return (
    <Page above={<Link href="/pulses">{t('back')}</Link>} title={t('benchmarks.title')} lead={t('benchmarks.lead')} actions={run && <ButtonLink href="/imports/new?kind=benchmark" variant="default">{t('benchmarks.file')}</ButtonLink>}>
      {list.isPending && <RowsSkeleton rows={4} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {run && <BenchmarkForm />}
      {list.data && items.length === 0 && <EmptyState title={t('benchmarks.none')}>{t('benchmarks.noneBody')}</EmptyState>}
      {items.length > 0 && (
        <Panel title={t('benchmarks.list')} flush>
          <Table caption={t('benchmarks.list')} cards>
            <thead>
              <tr>
                <th scope="col">{t('benchmarks.figure')}</th>
                <th scope="col">{t('benchmarks.measure')}</th>
                <th scope="col" data-num>
                  {t('benchmarks.value')}
                </th>
                <th scope="col">{t('benchmarks.source')}</th>
                <th scope="col">{t('benchmarks.on')}</th>
                <th scope="col" data-num>
                  {t('benchmarks.n')}
                </th>
                {run && <td />}
              </tr>
            </thead>
            <tbody>
              {items.map((b) => (
                <tr key={b.id}>
                  <th scope="row">
                    <bdi>{b.title ?? b.figure}</bdi>
                  </th>
                  <td data-label={t('benchmarks.measure')}>{t(`benchmarks.measures.${b.measure ?? 'score'}`)}</td>
                  <td data-num data-label={t('benchmarks.value')}>
                    <Bdi>{formatNumber(b.value)}</Bdi>
                  </td>
                  <td data-label={t('benchmarks.source')}>
                    <bdi>{b.source}</bdi>
                  </td>
                  <td data-label={t('benchmarks.on')}>{formatDay(b.on)}</td>
                  <td data-num data-label={t('benchmarks.n')}>
                    {b.n ? <Bdi>{formatCount(b.n)}</Bdi> : '—'}
                  </td>
                  {run && (
                    <td>
                      <Button size="xs" variant="default" aria-label={`${t('benchmarks.drop')}: ${b.title ?? b.figure}`} onClick={() => setDropping(b)}>
                        {t('benchmarks.drop')}
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {dropping && <DropDialog item={dropping} onClose={() => setDropping(undefined)} />}
    </Page>
  );
}

function DropDialog({ item, onClose }: { item: Benchmark; onClose: () => void }) {
  const { t } = useTranslation('pulse');
  const queries = useQueryClient();
  const drop = api.useMutation('delete', '/benchmarks/{id}', {
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <ConfirmDialog title={t('benchmarks.dropTitle')} confirm={t('benchmarks.drop')} busy={drop.isPending} error={drop.error ?? undefined} onConfirm={() => drop.mutate({ params: { path: { id: item.id ?? '' } } })} onClose={onClose}>
      {item.title ?? item.figure} · {item.source}
    </ConfirmDialog>
  );
}
