import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { toProblem, type FieldError } from '@/api/problem';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount } from '@/i18n/format';

interface Props {
  result?: Schemas['ImportResult'];
  error: unknown;
  items: Schemas['ValueBatch']['items'];
  teams: Schemas['Team'][];
  metrics: Schemas['Metric'][];
}

/** What came of saving the grid; a refused figure is named by its team and metric, not by its place in the request. */
export function Outcome({ result, error, items, teams, metrics }: Props) {
  const { t } = useTranslation('series');
  const place = (e: FieldError) => {
    const index = Number(/^\/items\/(\d+)/.exec(e.pointer ?? '')?.[1] ?? (e.line !== undefined ? e.line - 1 : NaN));
    const item = items[index];
    if (!item) return '';
    const team = teams.find((x) => x.id === item.team)?.name ?? item.team;
    const metric = metrics.find((x) => x.id === item.metric)?.name ?? item.metric;
    return `${t('grid.cell', { team, metric })}: `;
  };
  const refusals = error ? (toProblem(error).errors ?? []) : (result?.errors ?? []);
  if (error && refusals.length === 0) return <ProblemNotice error={error} />;
  if (refusals.length > 0) {
    return (
      <Notice tone="bad" title={t('grid.refused')} live>
        {refusals.slice(0, 8).map((e, i) => (
          <p key={i}>
            {place(e)}
            {e.detail ?? e.code}
          </p>
        ))}
      </Notice>
    );
  }
  if (!result) return null;
  return (
    <Notice tone="good" title={t('grid.saved', { count: result.imported })} live>
      {t('grid.savedBody', { unchanged: formatCount(result.unchanged) })}
    </Notice>
  );
}
