import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { unitOf } from '@/charts/isolate';
import { Bdi } from '@/components/Bdi';
import { FromTo } from '@/components/FromTo';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { decimalsFor, formatNumber, formatPercent, formatRange } from '@/i18n/format';
import classes from '../Initiatives.module.css';

const receivers = ['customer', 'employee_and_partner', 'organisation'] as const;

/** Value without a price, by who receives it: it stands beside the ratio and is never added to it. */
export function ScorePanel({ rows, team }: { rows: Schemas['ReturnsScore'][]; team: boolean }) {
  const { t } = useTranslation('returns');
  if (rows.length === 0) return null;
  return (
    <Panel title={t('score.title')} subtitle={t('score.sub')} flush>
      <Table caption={t('score.caption')} cards>
        <thead>
          <tr>
            <th scope="col">{t('score.outcome')}</th>
            <th scope="col" data-num>
              {t('score.change')}
            </th>
            <th scope="col">{t('score.interval')}</th>
            {!team && <th scope="col">{t('score.levels')}</th>}
            {!team && (
              <th scope="col" data-num>
                {t('score.gap')}
              </th>
            )}
          </tr>
        </thead>
        {receivers.map((who) => {
          const mine = rows.filter((r) => r.receiver === who);
          if (mine.length === 0) return null;
          return (
            <tbody key={who}>
              <tr>
                <th scope="rowgroup" colSpan={team ? 3 : 5}>
                  {t(`score.for.${who}`)}
                </th>
              </tr>
              {mine.map((r) => (
                <Row key={r.metric ?? r.name} row={r} team={team} />
              ))}
            </tbody>
          );
        })}
      </Table>
    </Panel>
  );
}

function Row({ row: r, team }: { row: Schemas['ReturnsScore']; team: boolean }) {
  const { t } = useTranslation('returns');
  const digits = decimalsFor(r.ci_lo, r.ci_hi, r.estimate);
  const clear = r.ci_lo > 0 || r.ci_hi < 0;
  const good = r.estimate > 0 === r.higher_is_better;
  const say = (v?: number) => (v === undefined ? '' : formatNumber(v, digits));
  return (
    <tr>
      <th scope="row">
        <bdi>{r.name}</bdi>
        <span className={classes.small}>
          <bdi>{unitOf(r.unit)}</bdi> {t(clear ? (good ? 'score.better' : 'score.worse') : 'score.unclear')}
        </span>
      </th>
      <td data-label={t('score.change')} data-num>
        <Bdi>{formatNumber(r.estimate, digits)}</Bdi>
      </td>
      <td data-label={t('score.interval')}>
        <Bdi>{formatRange(r.ci_lo, r.ci_hi, digits)}</Bdi>
      </td>
      {!team && (
        <td data-label={t('score.levels')}>
          {r.before !== undefined && r.now !== undefined && <FromTo from={say(r.before)} to={say(r.now)} />}
          {r.desired !== undefined && <span className={classes.small}>{t('score.desired', { level: say(r.desired) })}</span>}
        </td>
      )}
      {!team && (
        <td data-label={t('score.gap')} data-num>
          {r.gap_closure === undefined ? <span className={classes.soft}>{t('score.noGoal')}</span> : <Bdi>{formatPercent(r.gap_closure)}</Bdi>}
        </td>
      )}
    </tr>
  );
}
