import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatDay, formatPercent, formatTime } from '@/i18n/format';
import classes from './Collect.module.css';
import { Doors } from './Doors';

const kindName = (kind: string) => (kind === 'orders' ? ('kind.orders' as const) : ('kind.feedback' as const));

/** How fresh the data is, how much of it counts, and what is missing. */
export function HealthPage() {
  const { t } = useTranslation('collect');
  const health = api.useQuery('get', '/data-health');
  const h = health.data;
  return (
    <Page title={t('health.title')} lead={t('health.lead')}>
      {health.isPending && <RowsSkeleton rows={6} />}
      {health.isError && <ProblemNotice error={health.error} retry={() => void health.refetch()} />}
      {h && h.kinds.length === 0 && <EmptyState title={t('health.none')}>{t('health.noneBody')}</EmptyState>}
      {h && h.kinds.length > 0 && (
        <Panel title={t('health.counted')} flush>
          <Table caption={t('health.counted')} cards>
            <thead>
              <tr>
                <th scope="col">{t('health.what')}</th>
                <th scope="col">{t('health.months')}</th>
                <th scope="col" data-num>
                  {t('health.records')}
                </th>
                <th scope="col" data-num>
                  {t('health.attributed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {h.kinds.map((k) => (
                <tr key={k.kind}>
                  <th scope="row">{t(kindName(k.kind))}</th>
                  <td data-label={t('health.months')}>{k.from && <Bdi>{`${k.from} – ${k.to}`}</Bdi>}</td>
                  <td data-num data-label={t('health.records')}>
                    <Bdi>{formatCount(k.records)}</Bdi>
                  </td>
                  <td data-num data-label={t('health.attributed')}>
                    <Bdi>{`${formatPercent(k.attributed / k.records)} (${formatCount(k.attributed)})`}</Bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
          {h.matched && <p className={classes.soft}>{t('health.matched', { share: formatPercent(h.matched.matched / h.matched.answers), answers: formatCount(h.matched.answers), day: formatDay(h.matched.as_of) })}</p>}
        </Panel>
      )}
      {h && h.sources.length > 0 && (
        <Panel title={t('health.sources')} flush>
          <Table caption={t('health.sources')} cards>
            <thead>
              <tr>
                <th scope="col">{t('health.source')}</th>
                <th scope="col">{t('health.door')}</th>
                <th scope="col">{t('health.last')}</th>
                <th scope="col">{t('health.newest')}</th>
                <th scope="col" data-num>
                  {t('health.records')}
                </th>
                <th scope="col" data-num>
                  {t('health.queued')}
                </th>
              </tr>
            </thead>
            <tbody>
              {h.sources.map((s) => (
                <tr key={s.kind + s.source + s.door}>
                  <th scope="row">
                    <bdi>{s.source}</bdi> · {t(kindName(s.kind))}
                  </th>
                  <td data-label={t('health.door')}>{t(`door.${s.door}`)}</td>
                  <td data-label={t('health.last')}>{formatTime(s.at)}</td>
                  <td data-label={t('health.newest')}>{formatTime(s.newest)}</td>
                  <td data-num data-label={t('health.records')}>
                    <Bdi>{formatCount(s.records)}</Bdi>
                  </td>
                  <td data-num data-label={t('health.queued')}>
                    <Bdi>{formatCount(s.queued)}</Bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {h && h.gaps.length > 0 && (
        <Panel title={t('health.gaps')} subtitle={t('health.gapsHelp')} flush>
          <Table caption={t('health.gaps')} cards>
            <thead>
              <tr>
                <th scope="col">{t('health.team')}</th>
                <th scope="col">{t('health.what')}</th>
                <th scope="col" data-num>
                  {t('health.missing')}
                </th>
                <th scope="col">{t('health.first')}</th>
              </tr>
            </thead>
            <tbody>
              {h.gaps.map((g) => (
                <tr key={g.kind + g.team_id}>
                  <th scope="row">
                    <bdi>{g.team}</bdi>
                  </th>
                  <td data-label={t('health.what')}>{t(kindName(g.kind))}</td>
                  <td data-num data-label={t('health.missing')}>
                    <Bdi>{formatCount(g.months)}</Bdi>
                  </td>
                  <td data-label={t('health.first')}>
                    <Bdi>{g.first}</Bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      <Doors />
    </Page>
  );
}
