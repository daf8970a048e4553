import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount, formatDay } from '@/i18n/format';
import { Churn } from './Churn';
import { Groups } from './Groups';
import { Growth } from './Growth';
import { Habits } from './Habits';
import { Lifetime } from './Lifetime';
import { OneCustomer } from './OneCustomer';
import { money, shareText } from './text';

type Value = Schemas['CustomerValue'];

/** What customers are worth, as the nightly job computed it: how many come back, how many are lost, what to expect, and who brings what. */
export function ValuePage() {
  const { t } = useTranslation('customers');
  const may = useMay();
  const value = api.useQuery('get', '/customers/value', {}, { retry: false });
  const none = value.isError && toProblem(value.error).code === 'customer_value_none';
  return (
    <Page title={t('title')} lead={value.data ? t('lead', { since: formatDay(value.data.since), until: formatDay(value.data.as_of) }) : undefined}>
      {value.isPending && <RowsSkeleton rows={8} />}
      {value.isError && !none && <ProblemNotice error={value.error} retry={() => void value.refetch()} />}
      {none && (
        <EmptyState
          title={t('none.title')}
          actions={
            <>
              {may('import.cx') && <ButtonLink href="/imports/new?kind=orders">{t('none.import')}</ButtonLink>}
              {may('jobs.read') && (
                <ButtonLink href="/jobs" variant="default">
                  {t('none.jobs')}
                </ButtonLink>
              )}
            </>
          }
        >
          {t('none.body')}
        </EmptyState>
      )}
      {value.data && <Shown value={value.data} />}
      {may('import.cx') && <OneCustomer />}
    </Page>
  );
}

function Shown({ value }: { value: Value }) {
  const { t } = useTranslation('customers');
  return (
    <>
      <Panel title={value.repeat ? t('repeat.title', { share: shareText(value.repeat.value) }) : t('repeat.few')}>
        <p>
          {t('repeat.body', { customers: formatCount(value.customers), orders: formatCount(value.orders), revenue: money(value.revenue, value.currency) })}{' '}
          {value.repeat && (
            <>
              {t('repeat.range')} <Bdi>{`${shareText(value.repeat.lo)} … ${shareText(value.repeat.hi)}`}</Bdi>
            </>
          )}
        </p>
      </Panel>
      <Habits value={value} />
      <Churn value={value} />
      <Outlook value={value} />
      <Growth value={value} />
      <Lifetime value={value} />
      <Groups value={value} />
    </>
  );
}

function Outlook({ value }: { value: Value }) {
  const { t } = useTranslation('customers');
  const { model, model_gap: gap } = value;
  if (!model) {
    return (
      <Panel title={t('model.none')}>
        <Notice tone="info" title={gap?.need ? t('model.needs', { need: formatCount(gap.need), have: formatCount(gap.have ?? 0) }) : t('model.cannot')} />
      </Panel>
    );
  }
  const { back_test: test } = model;
  return (
    <Panel title={t('model.title', { orders: formatCount(Math.round(model.orders_next_year)) })} subtitle={t('model.subtitle')}>
      {model.revenue_next_year !== undefined && <p>{t('model.revenue', { revenue: money(model.revenue_next_year, value.currency) })}</p>}
      {model.worth && (
        <p>
          {t('model.worth', {
            years: formatCount(model.worth.years),
            all: money(model.worth.all, value.currency),
            each: money(model.worth.each, value.currency),
            rate: shareText(model.worth.rate),
            discount: shareText(model.worth.discount),
          })}
        </p>
      )}
      <Notice tone={Math.abs(test.error) > 0.25 ? 'warn' : 'info'} title={t('model.test', { until: formatDay(test.until), error: shareText(Math.abs(test.error)), side: t(test.error < 0 ? 'model.low' : 'model.high') })}>
        {t('model.testBody', { forecast: formatCount(Math.round(test.forecast)), actual: formatCount(test.actual) })}
      </Notice>
    </Panel>
  );
}
