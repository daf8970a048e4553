import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay, type Permission } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import type { Schemas } from '@/api/client';
import { Grid } from './Grid';

const needs: Record<Schemas['MetricKind'], Permission> = { ex: 'import.ex', cx: 'import.cx', behaviour: 'import.cx', money: 'import.other', outcome: 'import.other', confounder: 'import.other' };

export function FiguresPage() {
  const { t } = useTranslation('series');
  const may = useMay();
  const metrics = api.useQuery('get', '/metrics');
  const teams = api.useQuery('get', '/teams');
  const mine = (metrics.data?.items ?? []).filter((m) => may(needs[m.kind]));
  const leaves = (teams.data?.items ?? []).filter((team) => team.leaf && !team.closed_on);
  const failed = metrics.error ?? teams.error;
  const ready = metrics.data && teams.data;
  return (
    <Page title={t('grid.title')} lead={t('grid.lead')}>
      {failed && <ProblemNotice error={failed} retry={() => void Promise.all([metrics.refetch(), teams.refetch()])} />}
      {!failed && !ready && <RowsSkeleton />}
      {ready && leaves.length === 0 && (
        <EmptyState title={t('grid.noTeams.title')} actions={<ButtonLink href="/teams">{t('grid.noTeams.go')}</ButtonLink>}>
          {t('grid.noTeams.body')}
        </EmptyState>
      )}
      {ready && leaves.length > 0 && mine.length === 0 && (
        <EmptyState title={t('grid.noMetrics.title')} actions={<ButtonLink href="/catalogue">{t('grid.noMetrics.go')}</ButtonLink>}>
          {t('grid.noMetrics.body')}
        </EmptyState>
      )}
      {ready && leaves.length > 0 && mine.length > 0 && <Grid teams={leaves} metrics={mine} />}
    </Page>
  );
}
