import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMarks } from '@/api/marks';
import { useMay } from '@/api/session';
import { ChartFrame } from '@/charts/ChartFrame';
import { KindTag } from '@/charts/KindTag';
import { TrendLine } from '@/charts/TrendLine';
import { unitOf } from '@/charts/isolate';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatDay, formatNumber } from '@/i18n/format';
import { Events } from '../Events';
import classes from '../Series.module.css';
import { CovariateDialog } from './CovariateDialog';

type Outcome = Schemas['Outcome'];

/** Results, and what happened outside that may explain them: lines, dated events, and what is allowed for. */
export function OutcomesPage() {
  const { t } = useTranslation('series');
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const team = search.get('team') ?? '';
  const list = api.useQuery('get', '/outcomes', { params: { query: { team_id: team || undefined } } });
  const teams = api.useQuery('get', '/teams', {});
  const [open, setOpen] = useState<Outcome>();
  const items = list.data?.items ?? [];
  const shown = items.find((x) => x.metric.id === search.get('metric')) ?? items.find((x) => x.points.length > 1);
  const choose = (name: string, value: string) =>
    setSearch(
      (was) => {
        const next = new URLSearchParams(was);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const choices = [{ value: '', label: t('outcomes.allTeams') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: ' '.repeat(Math.max(0, x.path.length - 1)) + x.name }))];
  return (
    <Page title={t('outcomes.title')} lead={t('outcomes.lead')}>
      <div data-print="no" style={{ marginBlockEnd: 16 }}>
        <ChoiceField label={t('outcomes.team')} choices={choices} value={team} onChoose={(v) => choose('team', v)} />
      </div>
      {list.isPending && <RowsSkeleton rows={8} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <EmptyState title={t('outcomes.none')} actions={may('import.other') && <ButtonLink href="/imports/new">{t('outcomes.import')}</ButtonLink>}>
          {t('outcomes.noneBody')}
        </EmptyState>
      )}
      {shown && shown.points.length > 0 && <Line outcome={shown} />}
      {items.length > 0 && (
        <Panel title={t('outcomes.table')} subtitle={t('outcomes.tableSub')} flush>
          <Table caption={t('outcomes.table')} cards>
            <thead>
              <tr>
                <th scope="col">{t('outcomes.metric')}</th>
                <th scope="col">{t('outcomes.kind')}</th>
                <th scope="col">{t('outcomes.newest')}</th>
                <th scope="col">{t('outcomes.allowed')}</th>
                {may('metrics.write') && <td />}
              </tr>
            </thead>
            <tbody>
              {items.map((x) => (
                <Row key={x.metric.id} outcome={x} all={items} chosen={x === shown} onShow={() => choose('metric', x.metric.id)} onEdit={may('metrics.write') ? () => setOpen(x) : undefined} />
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      <Events />
      {open && <CovariateDialog outcome={open} all={items} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function figure(value: number, unit?: string) {
  return unit ? `${formatNumber(value)} ${unitOf(unit)}` : formatNumber(value);
}

interface RowProps {
  outcome: Outcome;
  all: Outcome[];
  chosen: boolean;
  onShow: () => void;
  onEdit?: () => void;
}

function Row({ outcome: x, all, chosen, onShow, onEdit }: RowProps) {
  const { t } = useTranslation('series');
  const last = x.points.at(-1);
  const names = x.covariates.map((id) => all.find((y) => y.metric.id === id)?.metric.name ?? id);
  return (
    <tr data-metric={x.metric.id}>
      <th scope="row">
        <Button variant="subtle" size="compact-sm" ms={-8} aria-pressed={chosen} disabled={!last} onClick={onShow}>
          <bdi>{x.metric.name}</bdi>
        </Button>
      </th>
      <td data-label={t('outcomes.kind')}>
        <KindTag kind={x.metric.kind} long />
      </td>
      <td data-label={t('outcomes.newest')}>
        {last ? <Bdi>{`${figure(last.value, x.metric.unit)} (${last.period})`}</Bdi> : x.held_back ? t('outcomes.held', { figures: formatCount(x.held_back) }) : '—'}
      </td>
      <td data-label={t('outcomes.allowed')}>{names.length > 0 ? <bdi>{names.join(', ')}</bdi> : '—'}</td>
      {onEdit && (
        <td>
          <Button variant="default" size="compact-sm" aria-label={t('outcomes.editOf', { name: x.metric.name })} onClick={onEdit}>
            {t('outcomes.edit')}
          </Button>
        </td>
      )}
    </tr>
  );
}

function Line({ outcome: { metric, points } }: { outcome: Outcome }) {
  const { t } = useTranslation('series');
  const marks = useMarks();
  const values = points.map((p) => p.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  const last = points.at(-1);
  const summing = metric.aggregation === 'sum';
  const dots = points.map((p) => ({ on: p.on, value: p.value, breaks: summing && p.other_teams }));
  const summary = t('outcomes.summary', { name: metric.name, value: figure(last?.value ?? 0, metric.unit), period: last?.period ?? '', points: formatCount(points.length) });
  const table = { header: [t('outcomes.period'), metric.name, t('outcomes.teams')], rows: points.map((p) => [p.period, p.value, p.teams]) };
  return (
    <ChartFrame id="outcome" file={metric.key} title={metric.unit ? `${metric.name} (${metric.unit})` : metric.name} subtitle={t(summing ? 'outcomes.sum' : 'outcomes.mean')} summary={summary} table={table}>
      <TrendLine
        dots={dots}
        marks={marks}
        domain={[low - room, high + room]}
        decimals={high - low < 5 ? 1 : 0}
        color={`var(--kind-${metric.kind})`}
        breakLabel={t('outcomes.otherTeams')}
        summary={summary}
      />
      <p className={classes.soft}>{last && t('outcomes.until', { day: formatDay(last.on) })}</p>
    </ChartFrame>
  );
}
