import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Band } from '@/charts/Band';
import { EstimateText } from '@/charts/EstimateText';
import { aroundZero, type Domain } from '@/charts/scale';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatDay } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import { Grade } from './Grade';
import classes from './Initiatives.module.css';
import { Pooled } from './Pooled';

type Initiative = Schemas['Initiative'];

export function InitiativesPage() {
  const { t } = useTranslation('initiatives');
  const may = useMay();
  const list = api.useQuery('get', '/initiatives', {});
  const items = list.data?.items ?? [];
  const add = may('ledger.write') && <ButtonLink href="/initiatives/new">{t('new')}</ButtonLink>;
  return (
    <Page title={t('title')} lead={t('lead')} actions={
        items.length > 0 && (
          <div className={classes.tools}>
            <ButtonLink variant="default" href="/initiatives/record">
              {t('record')}
            </ButtonLink>
            {add}
          </div>
        )
      }>
      {list.isPending && <RowsSkeleton rows={4} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <EmptyState title={t('none.title')} actions={add}>
          {t('none.body')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <>
          <Pooled />
          <Panel flush>
            <Table file="initiatives" caption={t('caption')} cards>
              <thead>
                <tr>
                  <th scope="col">{t('col.name')}</th>
                  <th scope="col">{t('col.start')}</th>
                  <th scope="col" data-num>
                    {t('col.cost')}
                  </th>
                  <th scope="col">{t('col.effect')}</th>
                  <th scope="col">{t('col.grade')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((i) => (
                  <Row key={i.id} item={i} domain={domainOf(items, i)} />
                ))}
              </tbody>
            </Table>
          </Panel>
        </>
      )}
    </Page>
  );
}

// Effects on the same figure share a scale, so that the eye may compare them.
function domainOf(items: Initiative[], like: Initiative): Domain {
  const same = items.filter((i) => i.effect?.metric === like.effect?.metric);
  return aroundZero(same.flatMap((i) => [i.effect?.estimate.ci_lo, i.effect?.estimate.ci_hi, i.effect?.estimate.estimate]), 1e-6);
}

function Row({ item, domain }: { item: Initiative; domain: Domain }) {
  const { t } = useTranslation('initiatives');
  const { effect, plan } = item;
  const e = effect?.estimate;
  return (
    <tr>
      <th scope="row">
        <Link href={`/initiatives/${item.id}`}>{plan.name}</Link>
        <span className={classes.small}>
          {t(`purpose.${plan.purpose}`)} · {t(`state.${item.state}`)}
          {item.retrospective && ` · ${t('retrospective')}`}
          {item.entangled.length > 0 && ` · ${t('entangled')}`}
        </span>
      </th>
      <td data-label={t('col.start')}>{formatDay(item.start)}</td>
      <td data-label={t('col.cost')} data-num>
        <Bdi>{formatMoney(item.cost, item.currency)}</Bdi>
      </td>
      <td data-label={t('col.effect')}>
        {!e && <span className={classes.soft}>{t('notYet')}</span>}
        {effect && e && (
          <>
            <span className={classes.small}>{effect.name}</span>
            <EstimateText estimate={e} unit={effect.unit} />
            {e.estimate !== undefined && <Band domain={domain} estimate={e.estimate} lo={e.ci_lo} hi={e.ci_hi} color={effect.grade === 'A' || effect.grade === 'B' ? 'var(--strength-pos)' : 'var(--strength-none)'} width={200} />}
          </>
        )}
      </td>
      <td data-label={t('col.grade')}>{effect && <Grade grade={effect.grade} />}</td>
    </tr>
  );
}
