import { Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { TrendLine } from '@/charts/TrendLine';
import { ChoiceField } from '@/components/Field';
import { useKept } from '@/components/useKept';
import { formatDay } from '@/i18n/format';
import { trendDots, type Released } from './figures';

/** The company over the waves, or one team beside it; a changed wording breaks the line, because before and after are two different questions. */
export function Trend({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const marks = useMarks();
  const { t: word } = useTranslation('words');
  const candidates = r.columns.filter((c) => (c.trend ?? []).length > 1);
  const teams = r.rows.filter((row) => !row.attribute_value && row.depth > 0);
  const [chosen, setChosen] = useKept('trend');
  const [kept, setTeam] = useKept('trend_team');
  const team = teams.some((row) => row.node_id === kept) ? kept : '';
  const line = api.useQuery('get', '/waves/{id}/results/teams/{node_id}', { params: { path: { id: r.wave.id, node_id: team } } }, { enabled: team !== '', staleTime: Infinity });
  const column = candidates.find((c) => c.key === chosen) ?? candidates[0];
  if (!column) return null;
  const company = trendDots(column.trend);
  const enps = column.company?.enps !== undefined;
  const name = enps ? t('results.enps') : column.title;
  const own = team === '' ? undefined : trendDots(line.data?.columns.find((c) => c.key === column.key)?.points);
  const shown = own && own.length > 0 ? own : company;
  const who = teams.find((row) => row.node_id === team)?.name ?? '';
  const table = {
    header: [t('trend.wave'), own ? who : name, t('trend.from'), t('trend.to'), ...(own ? [t('trend.company')] : [])],
    rows: company.map((d) => {
      const mine = own ? own.find((x) => x.on === d.on) : d;
      return [formatDay(d.on), mine?.value ?? (own ? word('notShown') : undefined), mine?.lo, mine?.hi, ...(own ? [d.value] : [])];
    }),
  };
  const summary = t('trend.summary', { name: own ? `${who}, ${name}` : name, value: shown.at(-1)?.value ?? 0, count: shown.length });
  const subtitle = !own ? t(company.some((d) => d.breaks) ? 'trend.broken' : 'trend.subtitle') : own.length > 0 ? t('trend.beside', { team: who }) : line.isSuccess ? t('trend.hidden', { team: who }) : ' ';
  return (
    <ChartFrame id="trend" file="trend" title={t('trend.title', { name })} subtitle={subtitle} summary={summary} table={table}>
      <Group gap={10} mb={10}>
        <ChoiceField size="xs" w={320} maw="100%" aria-label={t('trend.choose')} choices={candidates.map((c) => ({ value: c.key, label: c.company?.enps !== undefined ? t('results.enps') : c.title }))} value={column.key} onChoose={setChosen} />
        {teams.length > 0 && (
          <ChoiceField size="xs" w={240} maw="100%" aria-label={t('trend.team')} choices={[{ value: '', label: t('trend.company') }, ...teams.map((row) => ({ value: row.node_id, label: row.name }))]} value={team} onChoose={setTeam} />
        )}
      </Group>
      <TrendLine dots={shown} beside={shown === own ? company : undefined} marks={marks} domain={enps ? [-100, 100] : [0, 100]} summary={summary} breakLabel={t('trend.newWording')} color={shown === own || !own ? 'var(--kind-ex)' : 'var(--ink-soft)'} />
    </ChartFrame>
  );
}
