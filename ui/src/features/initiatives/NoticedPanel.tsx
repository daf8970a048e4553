import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatPercent } from '@/i18n/format';
import classes from './Initiatives.module.css';

/** Who noticed, team by team: an effect that is not seen may never have arrived. */
export function NoticedPanel({ noticed: n }: { noticed: Schemas['InitiativeNoticed'] }) {
  const { t } = useTranslation('initiatives');
  const teams = api.useQuery('get', '/teams', {});
  const name = (id: string) => teams.data?.items.find((x) => x.id === id)?.name ?? '—';
  return (
    <Panel title={t('noticed.title', { share: formatPercent(n.share) })} subtitle={<bdi>{n.question}</bdi>}>
      <Table caption={t('noticed.caption')}>
        <thead>
          <tr>
            <th scope="col">{t('noticed.team')}</th>
            <th scope="col" data-num>
              {t('noticed.share')}
            </th>
            <th scope="col" data-num>
              {t('noticed.n')}
            </th>
          </tr>
        </thead>
        <tbody>
          {n.teams.map((x) => (
            <tr key={x.team}>
              <th scope="row">
                <bdi>{name(x.team)}</bdi>
              </th>
              <td data-num>
                <Bdi>{formatPercent(x.share)}</Bdi>
              </td>
              <td data-num>{x.n > 0 ? formatCount(x.n) : '—'}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {n.without > 0 && <p className={classes.soft}>{t('noticed.without', { count: n.without })}</p>}
    </Panel>
  );
}
