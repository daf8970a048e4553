import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatNumber } from '@/i18n/format';
import { money, shareText } from './text';

/** How often customers order, for how much, how they came, and whether they are heard from. */
export function Habits({ value }: { value: Schemas['CustomerValue'] }) {
  const { t } = useTranslation('customers');
  const h = value.habits;
  if (!h) return null;
  const count = (v: number) => formatNumber(v, 2);
  const amount = (v: number) => money(v, value.currency);
  const rows = [
    { name: t('habits.orders'), of: t('habits.buyers'), figure: h.orders, text: count },
    { name: t('habits.basket'), of: t('habits.ofOrders'), figure: h.basket, text: amount },
    { name: t('habits.referred'), of: t('habits.stated'), figure: h.referred, text: shareText },
    { name: t('habits.engaged'), of: t('habits.buyers'), figure: h.engaged, text: shareText },
  ];
  return (
    <Panel title={t('habits.title')} subtitle={t('habits.subtitle')} flush>
      <Table file="habits" caption={t('habits.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('habits.what')}</th>
            <th scope="col">{t('habits.figure')}</th>
            <th scope="col">{t('interval')}</th>
            <th scope="col">{t('habits.of')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, of, figure: f, text }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label={t('habits.figure')}>{f ? <Bdi>{text(f.value)}</Bdi> : t('habits.few')}</td>
              <td data-label={t('interval')}>{f ? <Bdi>{`${text(f.lo)} … ${text(f.hi)}`}</Bdi> : '—'}</td>
              <td data-label={t('habits.of')}>{f ? <><Bdi>{formatCount(f.n)}</Bdi> {of}</> : '—'}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
