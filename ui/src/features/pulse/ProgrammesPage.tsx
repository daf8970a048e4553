import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatTime } from '@/i18n/format';
import type { Programme } from './draft';
import classes from './Pulse.module.css';
import { WaveCalendar } from './WaveCalendar';

export function ProgrammesPage() {
  const { t } = useTranslation('pulse');
  const may = useMay();
  const programmes = api.useQuery('get', '/programmes');
  const waves = api.useQuery('get', '/waves');
  const items = programmes.data?.items ?? [];
  const create = may('pulses.run') && <ButtonLink href="/pulses/new">{t('new')}</ButtonLink>;
  const more = (
    <>
      <ButtonLink href="/benchmarks" variant="default">
        {t('benchmarks.title')}
      </ButtonLink>
      {may('pulses.run') && (
        <ButtonLink href="/pulse-channels" variant="default">
          {t('channels.title')}
        </ButtonLink>
      )}
      {may('pulses.run') && (
        <ButtonLink href="/imports/new?kind=survey" variant="default">
          {t('importSurvey')}
        </ButtonLink>
      )}
      {items.length > 0 && create}
    </>
  );
  const failed = programmes.isError ? programmes : waves.isError ? waves : undefined;
  return (
    <Page title={t('title')} lead={t('lead')} actions={more}>
      {failed && <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />}
      {programmes.isPending && <RowsSkeleton rows={5} />}
      {programmes.data && items.length === 0 && (
        <EmptyState title={t('none.title')} actions={create}>
          {t(may('pulses.run') ? 'none.body' : 'none.wait')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <Panel title={t('programmes')} flush>
          <Table caption={t('programmesTable')} cards>
            <thead>
              <tr>
                <th scope="col">{t('col.programme')}</th>
                <th scope="col">{t('col.rule')}</th>
                <th scope="col">{t('col.next')}</th>
                <th scope="col">{t('col.questions')}</th>
                <th scope="col">{t('col.k')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((p) => (
                <Row key={p.id} programme={p} />
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {(items.length > 0 || (waves.data?.items.length ?? 0) > 0) && (
        <Panel title={t('calendar.title')} subtitle={t('calendar.subtitle')}>
          {waves.isPending ? <RowsSkeleton rows={4} /> : <WaveCalendar waves={waves.data?.items ?? []} programmes={items} />}
        </Panel>
      )}
    </Page>
  );
}

function Row({ programme: p }: { programme: Programme }) {
  const { t } = useTranslation('pulse');
  return (
    <tr>
      <th scope="row">
        <Link href={`/pulses/${p.id}`}>
          <bdi>{p.name}</bdi>
        </Link>
        <span className={classes.summary}>
          {p.audience.population === 'partners' && `${t('audience.partners')} · `}
          {t('minutes', { count: Math.max(1, Math.round(p.minutes)) })}
        </span>
      </th>
      <td data-label={t('col.rule')}>{t(`rule.${p.cadence.rule}`)}</td>
      <td data-label={t('col.next')}>{p.next_at ? formatTime(p.next_at) : '—'}</td>
      <td data-label={t('col.questions')}>{formatCount(p.questions.length)}</td>
      <td data-label={t('col.k')}>{formatCount(p.k)}</td>
    </tr>
  );
}
