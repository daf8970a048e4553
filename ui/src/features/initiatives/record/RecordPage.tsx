import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { widest } from '@/charts/scale';
import { Bdi } from '@/components/Bdi';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { decimalsFor, formatCount, formatDay, formatNumber, formatPercent } from '@/i18n/format';
import classes from '../Initiatives.module.css';

/** How good forecasts have been so far: coverage and bias once there are enough, every scored one in any case. */
export function RecordPage() {
  const { t } = useTranslation('forecast');
  const record = api.useQuery('get', '/forecast-record', {});
  return (
    <Page above={<Link href="/initiatives">{t('record.back')}</Link>} title={t('record.title')} lead={t('record.lead')}>
      {record.isPending && <RowsSkeleton rows={4} />}
      {record.isError && <ProblemNotice error={record.error} retry={() => void record.refetch()} />}
      {record.data && <Found record={record.data} />}
    </Page>
  );
}

function Found({ record: r }: { record: Schemas['ForecastRecord'] }) {
  const { t } = useTranslation('forecast');
  const domain = widest(r.items.map((x) => x.score.miss));
  return (
    <>
      <Panel title={headline(r, t)} subtitle={t('record.waiting', { count: r.waiting })}>
        {r.coverage && r.bias ? (
          <dl className={classes.facts}>
            <div>
              <dt>{t('record.coverage')}</dt>
              <dd>
                <Bdi>{`${formatPercent(r.coverage.estimate)} (${formatPercent(r.coverage.ci_lo)} … ${formatPercent(r.coverage.ci_hi)})`}</Bdi>
                <span className={classes.small}>{t('record.of', { inside: formatCount(r.inside), count: r.n })}</span>
              </dd>
            </div>
            <div>
              <dt>{t('record.bias')}</dt>
              <dd>
                <Bdi>{`${formatNumber(r.bias.estimate, 2)} (${formatNumber(r.bias.ci_lo, 2)} … ${formatNumber(r.bias.ci_hi, 2)})`}</Bdi>
                <span className={classes.small}>{t('record.biasHelp')}</span>
              </dd>
            </div>
          </dl>
        ) : (
          <p className={classes.soft}>{t('record.missing', { count: r.missing })}</p>
        )}
      </Panel>
      {r.items.length === 0 ? (
        <EmptyState title={t('record.none')}>{t('record.noneBody')}</EmptyState>
      ) : (
        <Panel flush>
          <Table file="track-record" caption={t('record.caption')} cards>
            <thead>
              <tr>
                <th scope="col">{t('record.initiative')}</th>
                <th scope="col">{t('record.approved')}</th>
                <th scope="col">{t('score.expected')}</th>
                <th scope="col" data-num>
                  {t('record.measured')}
                </th>
                <th scope="col">{t('record.miss')}</th>
              </tr>
            </thead>
            <tbody>
              {r.items.map((x) => (
                <tr key={x.initiative}>
                  <th scope="row">
                    <Link href={`/initiatives/${x.initiative}`}>
                      <bdi>{x.name}</bdi>
                    </Link>
                    <span className={classes.small}>
                      <bdi>{x.score.metric}</bdi>
                    </span>
                  </th>
                  <td data-label={t('record.approved')}>
                    <bdi>{x.approved_by}</bdi>
                    <span className={classes.small}>{formatDay(x.approved_at.slice(0, 10))}</span>
                  </td>
                  <td data-label={t('score.expected')}>
                    <Bdi>{`${formatNumber(x.score.expected, digits(x.score))} (${formatNumber(x.score.ci_lo, digits(x.score))} … ${formatNumber(x.score.ci_hi, digits(x.score))})`}</Bdi>
                  </td>
                  <td data-label={t('record.measured')} data-num>
                    <Bdi>{formatNumber(x.score.measured, digits(x.score))}</Bdi>
                  </td>
                  <td data-label={t('record.miss')}>
                    <Band domain={domain} estimate={x.score.miss} color="var(--strength-pos)" width={160} />
                    <span className={classes.small}>{t(x.score.inside ? 'record.in' : x.score.miss > 0 ? 'record.better' : 'record.worse')}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}

function headline(r: Schemas['ForecastRecord'], t: ReturnType<typeof useTranslation<'forecast'>>['t']): string {
  if (!r.bias) return t('record.notEnough', { count: r.n });
  if (r.bias.ci_hi < 0) return t('record.tooHigh');
  if (r.bias.ci_lo > 0) return t('record.tooLow');
  return t('record.even');
}

// As many decimals as the expected interval supports, for all figures of a row.
function digits(score: { ci_lo: number; ci_hi: number; expected: number }): number {
  return decimalsFor(score.ci_lo, score.ci_hi, score.expected);
}
