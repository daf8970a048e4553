import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount } from '@/i18n/format';
import { money, shareText } from './text';

/** What customers bring by what they said last and by whether a delivery came late: side by side, as association. */
export function Groups({ value }: { value: Schemas['CustomerValue'] }) {
  const { t } = useTranslation('customers');
  if (value.groups.length === 0) return null;
  const most = Math.max(...value.groups.map((g) => g.revenue.hi));
  return (
    <Panel title={t('groups.title')} subtitle={t('groups.subtitle')} flush>
      <Table file="value-by-score" caption={t('groups.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('groups.who')}</th>
            <th scope="col">{t('groups.revenue')}</th>
            <td />
            <th scope="col">{t('interval')}</th>
            <th scope="col">{t('groups.repeat')}</th>
            <th scope="col">{t('n')}</th>
          </tr>
        </thead>
        <tbody>
          {value.groups.map((g) => (
            <tr key={g.of + g.name} data-group={g.name}>
              <th scope="row">{t(`groups.${g.name}`)}</th>
              <td data-label={t('groups.revenue')}>
                <Bdi>{money(g.revenue.value, value.currency)}</Bdi>
              </td>
              <td>
                <Band domain={[0, most]} estimate={g.revenue.value} lo={g.revenue.lo} hi={g.revenue.hi} color="var(--kind-money)" />
              </td>
              <td data-label={t('interval')}>
                <Bdi>{`${money(g.revenue.lo, value.currency)} … ${money(g.revenue.hi, value.currency)}`}</Bdi>
              </td>
              <td data-label={t('groups.repeat')}>
                <Bdi>{`${shareText(g.repeat.value)} (${shareText(g.repeat.lo)} … ${shareText(g.repeat.hi)})`}</Bdi>
              </td>
              <td data-label={t('n')}>
                <Bdi>{formatCount(g.revenue.n)}</Bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
