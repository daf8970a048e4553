import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { Band } from '@/charts/Band';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { Bdi } from '@/components/Bdi';
import { formatCount, formatDay } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import { Downloads } from './Downloads';
import { FigureText } from './figures';
import { LateDeliveries } from './LateDeliveries';
import classes from './Journeys.module.css';
import { NotCounted } from './NotCounted';

/** Who is lost after which pain, at both horizons, and what it comes to. */
export function PainsPage() {
  const { t } = useTranslation('journeys');
  const pains = api.useQuery('get', '/pains', {}, { retry: false });
  const none = pains.isError && toProblem(pains.error).code === 'journey_map_none';
  const items = pains.data?.items ?? [];
  const kinds = [...new Set(items.map((p) => p.kind))];
  return (
    <Page title={t('pains.title')} lead={pains.data ? t('pains.lead', { day: formatDay(pains.data.as_of) }) : undefined} actions={items.length > 0 && <Downloads path="journey-tables/pains" name={t('pains.title')} />}>
      {pains.isPending && <RowsSkeleton rows={6} />}
      {pains.isError && !none && <ProblemNotice error={pains.error} retry={() => void pains.refetch()} />}
      {none && <NotCounted />}
      {pains.data && items.length === 0 && <Notice tone="info" title={t('pains.none')} />}
      {items.length > 0 && (
        <Notice tone="info" title={t('pains.association')}>
          {t('pains.associationBody')}
        </Notice>
      )}
      {kinds.map((kind) => <Kind key={kind} kind={kind} rows={items.filter((p) => p.kind === kind)} />)}
      {pains.data && <LateDeliveries />}
    </Page>
  );
}

function Kind({ kind, rows }: { kind: Schemas['Pain']['kind']; rows: Schemas['Pain'][] }) {
  const { t } = useTranslation('journeys');
  return (
    <Panel title={t(`pains.${kind}.title`)} subtitle={t('pains.sub')} flush>
      <Table file="pains" caption={t(`pains.${kind}.title`)} cards>
        <thead>
          <tr>
            <th scope="col">{t('pains.horizon')}</th>
            <th scope="col">{t(`pains.${kind}.met`)}</th>
            <th scope="col">{t(`pains.${kind}.spared`)}</th>
            <th scope="col">{t('pains.difference')}</th>
            <td />
            <th scope="col">{t('pains.atStake')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((p) => (
            <tr key={p.horizon_days}>
              <th scope="row">{t('pains.days', { days: formatCount(p.horizon_days), from: formatDay(p.from) })}</th>
              <td data-label={t(`pains.${kind}.met`)}>
                <Side side={p.met} currency={p.currency} />
              </td>
              <td data-label={t(`pains.${kind}.spared`)}>
                <Side side={p.spared} currency={p.currency} />
              </td>
              <td data-label={t('pains.difference')}>
                <FigureText figure={p.difference} digits={1} signed />
              </td>
              <td>{p.difference && <Band domain={[-50, 50]} estimate={p.difference.value} lo={p.difference.lo} hi={p.difference.hi} color="var(--kind-cx)" width={160} />}</td>
              <td data-label={t('pains.atStake')}>
                {p.at_stake ? (
                  <>
                    <strong>
                      <Bdi>{formatMoney(p.at_stake.value, p.currency)}</Bdi>
                    </strong>
                    <span className={classes.small}>
                      <Bdi>{`${formatMoney(p.at_stake.lo, p.currency)} … ${formatMoney(p.at_stake.hi, p.currency)}`}</Bdi> · {t(p.of_margin ? 'pains.margin' : 'pains.revenue')}
                    </span>
                  </>
                ) : (
                  '—'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function Side({ side, currency }: { side: Schemas['PainSide']; currency: string }) {
  const { t } = useTranslation('journeys');
  return (
    <>
      <FigureText figure={side.lost} digits={1} unit="%" />
      <span className={classes.small}>{t('pains.side', { n: formatCount(side.customers), money: formatMoney(side.revenue, currency) })}</span>
    </>
  );
}
