import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { ChoiceField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { useKept } from '@/components/useKept';
import { formatCount, formatNumber, formatPercent, formatRange } from '@/i18n/format';
import { besideOf, boundsOf, figureOf, rowName, type Cell, type Released } from './figures';
import { NotShown } from './NotShown';
import classes from './Results.module.css';

/** Every question for one group: score, favourable share, and the three classes where enough people answered. */
export function Questions({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const [group, setGroup] = useKept('group');
  const questions = r.columns.map((column, i) => ({ column, i })).filter(({ column }) => column.kind === 'question');
  const row = r.rows.find((x) => keyOf(x) === group) ?? r.rows[0];
  if (!row || questions.length === 0) return null;
  return (
    <Panel
      flush
      title={t('results.questions')}
      subtitle={t('results.questionsHelp')}
      actions={<ChoiceField size="xs" aria-label={t('results.group')} choices={r.rows.map((x) => ({ value: keyOf(x), label: rowName(x) }))} value={row ? keyOf(row) : ''} onChoose={setGroup} />}
    >
      <Table file="questions" caption={t('results.questionsTable')} cards>
        <thead>
          <tr>
            <th scope="col">{t('results.question')}</th>
            <th scope="col">{t('results.score')}</th>
            <th scope="col">{t('results.favourable')}</th>
            <th scope="col">{t('results.company')}</th>
            <th scope="col">{t('results.distribution')}</th>
            <th scope="col">{t('results.answered')}</th>
          </tr>
        </thead>
        <tbody>
          {questions.map(({ column: c, i }) => {
            const cell = row.cells[i];
            const company = figureOf(c.company);
            const beside = besideOf(c);
            // An option of a choice is neither good nor bad, and yes or no has nothing between: that hides nothing.
            const known = c.company !== undefined && !c.company.not_shown;
            const sided = !known || c.company?.favourable !== undefined;
            const spread = !known || c.company?.distribution !== undefined;
            return (
              <tr key={c.key}>
                <th scope="row">
                  <bdi>{c.title}</bdi>
                </th>
                <td data-label={t('results.score')}>
                  <Score cell={cell} />
                </td>
                <td data-label={t('results.favourable')}>{!sided ? <span className={classes.range}>{t('results.doesNotApply')}</span> : cell?.favourable === undefined ? <NotShown short /> : <Bdi>{formatPercent(cell.favourable / 100)}</Bdi>}</td>
                <td data-label={t('results.company')}>{company === undefined ? <NotShown short /> : <Bdi>{formatCount(company)}</Bdi>}
                  {beside && (
                    <span className={classes.range}>
                      <bdi>{beside.source}</bdi>: <Bdi>{formatNumber(beside.value)}</Bdi>
                    </span>
                  )}
                </td>
                <td data-label={t('results.distribution')}>
                  {spread ? <Distribution cell={cell} /> : <span className={classes.range}>{t('results.doesNotApply')}</span>}
                </td>
                <td data-label={t('results.answered')}>{cell?.n_band ? <Bdi>{cell.n_band.replace('-', '–')}</Bdi> : <NotShown short />}</td>
              </tr>
            );
          })}
        </tbody>
      </Table>
    </Panel>
  );
}

function Score({ cell }: { cell?: Cell }) {
  const value = figureOf(cell);
  const bounds = boundsOf(cell);
  if (value === undefined) return <NotShown short />;
  return (
    <>
      <Bdi>{formatCount(value)}</Bdi>
      {bounds && (
        <span className={classes.range}>
          <Bdi>{formatRange(bounds[0], bounds[1], 0)}</Bdi>
        </span>
      )}
    </>
  );
}

function Distribution({ cell }: { cell?: Cell }) {
  const { t } = useTranslation('pulse');
  const d = cell?.distribution;
  if (!d) return <NotShown short />;
  const [low = 0, middle = 0, high = 0] = d;
  const words = t('results.shares', { low: formatPercent(low / 100), middle: formatPercent(middle / 100), high: formatPercent(high / 100) });
  return (
    <span className={classes.stack} role="img" aria-label={words} title={words}>
      <span data-part="low" style={{ flexGrow: low }}>{low >= 15 ? low : ''}</span>
      <span data-part="middle" style={{ flexGrow: middle }}>{middle >= 15 ? middle : ''}</span>
      <span data-part="high" style={{ flexGrow: high }}>{high >= 15 ? high : ''}</span>
    </span>
  );
}

// A group is its node, or one value of the attribute within it: a link to it still fits when others come or go.
function keyOf(row: Released['rows'][number]): string {
  return row.attribute_value ? `${row.node_id}~${row.attribute_value}` : row.node_id;
}
