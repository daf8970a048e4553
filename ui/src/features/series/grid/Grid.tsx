import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { useKept } from '@/components/useKept';
import { currentLocale } from '@/i18n/locale-now';
import classes from '../Series.module.css';
import { isPeriod, lay, parseBlock, read, RESPONDENTS, type Entries } from './figures';
import { GridRow } from './GridRow';
import { Outcome } from './Outcome';

const PAGE = 150;
const FIRST = 5;

export function Grid({ teams, metrics }: { teams: Schemas['Team'][]; metrics: Schemas['Metric'][] }) {
  const { t } = useTranslation(['series', 'app']);
  const queries = useQueryClient();
  const locale = currentLocale();
  const [period, setPeriod] = useKept('period', metrics.find((m) => m.last_period)?.last_period);
  const [kept, keep] = useKept('metrics', metrics.slice(0, FIRST).map((m) => m.id).join(','));
  const chosen = useMemo(() => kept.split(',').filter(Boolean), [kept]);
  const [entries, setEntries] = useState<Entries>({});
  const [limit, setLimit] = useState(PAGE);
  const save = api.useMutation('post', '/values', {
    onSuccess: async (result) => {
      if (result.rejected > 0 || result.errors.length > 0) return;
      setEntries({});
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/metrics') || q.queryKey[1] === '/imports' });
    },
  });

  const shown = useMemo(() => metrics.filter((m) => chosen.includes(m.id)), [metrics, chosen]);
  const columns = useMemo(() => [...(shown.some((m) => m.about_people) ? [RESPONDENTS] : []), ...shown.map((m) => m.id)], [shown]);
  const rows = useMemo(() => teams.slice(0, limit), [teams, limit]);
  const ids = useMemo(() => rows.map((team) => team.id), [rows]);
  const { items, bad } = useMemo(() => read(entries, shown, period, locale), [entries, shown, period, locale]);
  const type = useCallback((team: string, column: string, text: string) => setEntries((kept) => ({ ...kept, [team]: { ...kept[team], [column]: text } })), []);
  const paste = useCallback((row: number, column: number, text: string) => setEntries((kept) => lay(kept, parseBlock(text), ids, columns, row, column)), [ids, columns]);
  const toggle = (id: string) => keep((chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]).join(','));
  const periodBad = period.trim() !== '' && !isPeriod(period);

  return (
    <>
      <div className={classes.tools}>
        <TextInput
          dir="ltr"
          label={t('grid.period')}
          description={t('grid.periodHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={period}
          onChange={(event) => setPeriod(event.currentTarget.value)}
          error={periodBad ? t('grid.periodBad') : undefined}
        />
        <fieldset className={classes.choices}>
          <legend>{t('grid.metrics')}</legend>
          <div className={classes.chips}>
            {metrics.map((m) => (
              <button key={m.id} className={classes.chip} aria-pressed={chosen.includes(m.id)} onClick={() => toggle(m.id)}>
                <bdi>{m.name}</bdi>
              </button>
            ))}
          </div>
        </fieldset>
      </div>
      <Outcome result={save.data} error={save.error} items={save.variables?.body.items ?? []} teams={teams} metrics={metrics} />
      <Panel flush>
        <div className={classes.grid}>
          <Table caption={t('grid.title')}>
            <thead>
              <tr>
                <th scope="col">{t('grid.team')}</th>
                {columns.map((column) => {
                  const metric = shown.find((m) => m.id === column);
                  return (
                    <th key={column} scope="col" data-num title={metric ? undefined : t('grid.respondentsHelp')}>
                      <bdi>{!metric ? t('grid.respondents') : metric.unit ? `${metric.name} (${metric.unit})` : metric.name}</bdi>
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody>
              {rows.map((team, i) => (
                <GridRow key={team.id} team={team} row={i} metrics={shown} columns={columns} cells={entries[team.id]} locale={locale} onType={type} onPaste={paste} />
              ))}
            </tbody>
          </Table>
        </div>
        {teams.length > limit && (
          <p className={classes.soft}>
            <Button size="xs" variant="default" onClick={() => setLimit(limit + PAGE)}>
              {t('app:more')}
            </Button>
          </p>
        )}
      </Panel>
      {columns.includes(RESPONDENTS) && <p className={classes.soft}>{t('grid.respondentsHelp')}</p>}
      <div className={classes.foot}>
        <Button data-save disabled={items.length === 0 || bad > 0 || !isPeriod(period)} loading={save.isPending} onClick={() => save.mutate({ body: { items } })}>
          {t('grid.save')}
        </Button>
        <Button variant="default" disabled={Object.keys(entries).length === 0} onClick={() => setEntries({})}>
          {t('grid.clear')}
        </Button>
        <span role="status">
          {bad > 0 ? t('grid.badCount', { count: bad }) : items.length > 0 ? t('grid.ready', { count: items.length }) : ''}
        </span>
      </div>
    </>
  );
}
