import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatDay } from '@/i18n/format';
import { shareText } from './text';

/** Churn at two horizons with their dates, and the curve of who is still there; on one scale from 0 to 100 %. */
export function Churn({ value }: { value: Schemas['CustomerValue'] }) {
  const { t } = useTranslation('customers');
  return (
    <>
      {value.churn.length > 0 && (
        <Panel title={t('churn.title')} subtitle={`${t('churn.subtitle')} ${value.chosen_on ? t('churn.chosenOn', { day: formatDay(value.chosen_on) }) : t('churn.usual')}`} flush>
          <Table file="churn" caption={t('churn.title')} cards>
            <thead>
              <tr>
                <th scope="col">{t('churn.horizon')}</th>
                <th scope="col">{t('churn.lost')}</th>
                <td />
                <th scope="col">{t('interval')}</th>
                <th scope="col">{t('churn.stayed')}</th>
                <th scope="col">{t('n')}</th>
              </tr>
            </thead>
            <tbody>
              {value.churn.map((c) => (
                <tr key={c.days}>
                  <th scope="row">{t('churn.of', { days: formatCount(c.days), from: formatDay(c.from) })}</th>
                  <td data-label={t('churn.lost')}>
                    <Bdi>{shareText(c.lost.value)}</Bdi>
                  </td>
                  <td>
                    <Band domain={[0, 1]} estimate={c.lost.value} lo={c.lost.lo} hi={c.lost.hi} color="var(--kind-cx)" />
                  </td>
                  <td data-label={t('interval')}>
                    <Bdi>{`${shareText(c.lost.lo)} … ${shareText(c.lost.hi)}`}</Bdi>
                  </td>
                  <td data-label={t('churn.stayed')}>
                    <Bdi>{`${shareText(1 - c.lost.value)} (${shareText(1 - c.lost.hi)} … ${shareText(1 - c.lost.lo)})`}</Bdi>
                  </td>
                  <td data-label={t('n')}>
                    <Bdi>{formatCount(c.lost.n)}</Bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
      {value.curve.length > 0 && (
        <Panel title={t('curve.title')} subtitle={t('curve.subtitle', { days: formatCount(value.long_days ?? 365) })} flush>
          <Table file="still-there" caption={t('curve.title')} cards>
            <thead>
              <tr>
                <th scope="col">{t('curve.after')}</th>
                <th scope="col">{t('curve.there')}</th>
                <td />
                <th scope="col">{t('interval')}</th>
                <th scope="col">{t('curve.watched')}</th>
              </tr>
            </thead>
            <tbody>
              {value.curve.map((p) => (
                <tr key={p.days}>
                  <th scope="row">{t('curve.days', { days: formatCount(p.days) })}</th>
                  <td data-label={t('curve.there')}>
                    <Bdi>{shareText(p.share)}</Bdi>
                  </td>
                  <td>
                    <Band domain={[0, 1]} estimate={p.share} lo={p.lo} hi={p.hi} color="var(--kind-cx)" />
                  </td>
                  <td data-label={t('interval')}>
                    <Bdi>{`${shareText(p.lo)} … ${shareText(p.hi)}`}</Bdi>
                  </td>
                  <td data-label={t('curve.watched')}>
                    <Bdi>{formatCount(p.at_risk)}</Bdi>
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
