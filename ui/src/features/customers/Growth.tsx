import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatDay } from '@/i18n/format';
import { shareText } from './text';

/** What customers of the year before spend now, what referred new ones add, and both together over the base: earned growth. */
export function Growth({ value }: { value: Schemas['CustomerValue'] }) {
  const { t } = useTranslation('customers');
  const growth = value.growth;
  if (!growth) return null;
  const rows = [
    ['retained', growth.retained] as const,
    ...(growth.new ? [['new', growth.new] as const] : []),
    ...(growth.earned ? [['earned', growth.earned] as const] : []),
  ];
  const ends = rows.flatMap(([, f]) => [f.lo, f.hi]);
  const domain: [number, number] = [Math.min(0, ...ends), Math.max(1, ...ends)];
  return (
    <Panel title={growth.earned ? t('growth.title', { share: shareText(growth.earned.value) }) : t('growth.none')} subtitle={t('growth.subtitle', { from: formatDay(growth.from), until: formatDay(growth.until) })} flush>
      <Table file="earned-growth" caption={t('growth.subtitle', { from: formatDay(growth.from), until: formatDay(growth.until) })} cards>
        <thead>
          <tr>
            <th scope="col">{t('growth.part')}</th>
            <th scope="col">{t('growth.share')}</th>
            <td />
            <th scope="col">{t('interval')}</th>
            <th scope="col">{t('n')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, f]) => (
            <tr key={name}>
              <th scope="row">{t(`growth.${name}`)}</th>
              <td data-label={t('growth.share')}>
                <Bdi>{shareText(f.value)}</Bdi>
              </td>
              <td>
                <Band domain={domain} estimate={f.value} lo={f.lo} hi={f.hi} color="var(--kind-money)" />
              </td>
              <td data-label={t('interval')}>
                <Bdi>{`${shareText(f.lo)} … ${shareText(f.hi)}`}</Bdi>
              </td>
              <td data-label={t('n')}>
                <Bdi>{formatCount(f.n)}</Bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {!growth.earned && <Notice tone="info" title={t('growth.silent', { share: shareText(growth.stated.value), all: shareText(growth.new_share) })} />}
      {growth.earned && <p>{t('growth.stated', { share: shareText(growth.stated.value), all: shareText(growth.new_share) })}</p>}
    </Panel>
  );
}
