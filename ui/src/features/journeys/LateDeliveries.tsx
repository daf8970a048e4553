import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { Downloads } from './Downloads';
import { FigureText, ScoreText, scales } from './figures';

/** What customers say of orders that came late beside those in time, by serving team. Nothing where no answer names its order. */
export function LateDeliveries() {
  const { t } = useTranslation('journeys');
  const list = api.useQuery('get', '/late-deliveries', {}, { retry: false });
  const items = list.data?.items ?? [];
  const types = [...new Set(items.map((x) => x.late.type))];
  return types.map((type) => (
    <Panel key={type} title={t('deliveries.title')} subtitle={t('deliveries.sub')} actions={<Downloads path="journey-tables/deliveries" name={t('deliveries.title')} />} flush>
      <Rows rows={items.filter((x) => x.late.type === type)} />
    </Panel>
  ));
}

function Rows({ rows }: { rows: Schemas['LateDelivery'][] }) {
  const { t } = useTranslation('journeys');
  return (
    <Table caption={t('deliveries.title')} cards>
      <thead>
        <tr>
          <th scope="col">{t('deliveries.team')}</th>
          <th scope="col">{t('deliveries.late')}</th>
          <th scope="col">{t('deliveries.inTime')}</th>
          <th scope="col">{t('deliveries.difference')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((x) => (
          <tr key={x.team_id ?? ''}>
            <th scope="row">{x.team ? <bdi>{x.team}</bdi> : t('deliveries.all')}</th>
            <td data-label={t('deliveries.late')}>
              <ScoreText score={x.late} />
            </td>
            <td data-label={t('deliveries.inTime')}>
              <ScoreText score={x.in_time} />
            </td>
            <td data-label={t('deliveries.difference')}>{x.difference ? <FigureText figure={x.difference} digits={scales[x.late.type].digits} signed /> : '—'}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
