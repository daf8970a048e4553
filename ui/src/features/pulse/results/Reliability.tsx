import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatNumber } from '@/i18n/format';
import type { Released } from './figures';

const TOP = 95;

/** How well the questions of a scale hang together, in coarse steps so that nothing follows about anybody. */
export function Reliability({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const rows = r.reliability ?? [];
  if (rows.length === 0) return null;
  return (
    <Panel title={t('reliability.title')} subtitle={t('reliability.subtitle')} flush>
      <Table caption={t('reliability.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('reliability.scale')}</th>
            <th scope="col" data-num>
              {t('reliability.items')}
            </th>
            <th scope="col" data-num>
              {t('reliability.alpha')}
            </th>
            <th scope="col" data-num>
              {t('reliability.omega')}
            </th>
            <th scope="col" data-num>
              ICC(1)
            </th>
            <th scope="col" data-num>
              ICC(2)
            </th>
            <th scope="col" data-num>
              <Bdi>r_wg</Bdi>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((x) => (
            <tr key={x.key}>
              <th scope="row">
                <bdi>{x.title}</bdi>
              </th>
              <td data-num data-label={t('reliability.items')}>
                <Bdi>{formatNumber(x.items)}</Bdi>
              </td>
              <Coefficient label={t('reliability.alpha')} value={x.alpha} />
              <Coefficient label={t('reliability.omega')} value={x.omega} />
              <Coefficient label="ICC(1)" value={x.icc1} />
              <Coefficient label="ICC(2)" value={x.icc2} />
              <Coefficient label="r_wg" value={x.rwg} />
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function Coefficient({ label, value }: { label: string; value?: number }) {
  const text = value === undefined ? '—' : value >= TOP ? `≥ ${formatNumber(value / 100, 2)}` : formatNumber(value / 100, 2);
  return (
    <td data-num data-label={label}>
      <Bdi>{text}</Bdi>
    </td>
  );
}
