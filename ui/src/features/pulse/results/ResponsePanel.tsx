import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatPercent } from '@/i18n/format';
import type { Released } from './figures';

/** Who answered, and what the figures would be had all groups answered alike. */
export function ResponsePanel({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const gap = r.response_gap;
  const rows = (r.corrected ?? []).filter((c) => r.columns.some((x) => x.key === c.key && (x.kind !== 'question' || x.company?.enps !== undefined)));
  if (!gap && rows.length === 0) return null;
  return (
    <Panel title={t('response.title')} subtitle={t('response.subtitle')} flush>
      {gap && (
        <Notice tone="warn" title={t('response.gap', { points: formatCount(gap.points) })}>
          {t('response.gapBody', { most: gap.most, mostShare: formatPercent(gap.most_percent / 100), least: gap.least, leastShare: formatPercent(gap.least_percent / 100) })}
        </Notice>
      )}
      {rows.length > 0 && (
        <Table caption={t('response.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('response.figure')}</th>
              <th scope="col" data-num>
                {t('response.raw')}
              </th>
              <th scope="col" data-num>
                {t('response.corrected')}
              </th>
              <th scope="col" data-num>
                {t('response.groups')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((c) => (
              <tr key={c.key}>
                <th scope="row">
                  <bdi>{c.title}</bdi>
                </th>
                <td data-num data-label={t('response.raw')}>
                  <Bdi>{formatCount(c.raw)}</Bdi>
                </td>
                <td data-num data-label={t('response.corrected')}>
                  <Bdi>{formatCount(c.value)}</Bdi>
                </td>
                <td data-num data-label={t('response.groups')}>
                  <Bdi>{formatCount(c.groups)}</Bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}
