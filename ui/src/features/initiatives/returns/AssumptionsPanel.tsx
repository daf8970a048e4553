import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatNumber } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import classes from '../Initiatives.module.css';

/** Everything that was not measured, with where it comes from, and the version of finance's settings. */
export function AssumptionsPanel({ statement: s, currency }: { statement: Schemas['ReturnsStatement']; currency: string }) {
  const { t } = useTranslation('returns');
  if (s.assumptions.length === 0) return null;
  return (
    <Panel
      title={t('assume.title')}
      subtitle={
        <>
          {t('assume.sub', { version: s.settings_version })} <Link href="/returns/settings#history">{t('assume.history')}</Link>
        </>
      }
      flush
    >
      <Table caption={t('assume.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('assume.line')}</th>
            <th scope="col">{t('assume.what')}</th>
            <th scope="col" data-num>
              {t('assume.value')}
            </th>
            <th scope="col">{t('assume.source')}</th>
          </tr>
        </thead>
        <tbody>
          {s.assumptions.map((a, i) => (
            <tr key={i}>
              <th scope="row">
                <bdi>{a.line}</bdi>
              </th>
              <td data-label={t('assume.what')}>{a.what}</td>
              <td data-label={t('assume.value')} data-num>
                <Bdi>{a.money ? formatMoney(a.value, currency) : formatNumber(a.value)}</Bdi>
              </td>
              <td data-label={t('assume.source')}>
                <bdi>{a.source}</bdi>
                {a.default && <span className={classes.small}>{t('assume.default')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
