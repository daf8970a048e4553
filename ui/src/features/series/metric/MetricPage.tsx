import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { KindTag } from '@/charts/KindTag';
import { AgreeLink } from '@/components/AgreeLink';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { MetricDialog } from '../MetricDialog';
import classes from '../Series.module.css';
import { Values } from './Values';

export function MetricPage() {
  const { t } = useTranslation(['series', 'app']);
  const { id } = useParams<{ id: string }>();
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const query = api.useQuery('get', '/metrics/{id}', { params: { path: { id: decodeURIComponent(id) } } });
  if (query.isPending) return <PageSkeleton />;
  if (query.isError) {
    if (toProblem(query.error).status !== 404) return <ProblemNotice error={query.error} retry={() => void query.refetch()} />;
    return (
      <Page title={t('metrics.title')}>
        <EmptyState title={t('metric.gone.title')} actions={<ButtonLink href="/catalogue">{t('metric.back')}</ButtonLink>}>
          {t('metric.gone.body')}
        </EmptyState>
      </Page>
    );
  }
  const metric = query.data;
  return (
    <Page
      above={<Link href="/catalogue">{t('metric.back')}</Link>}
      title={metric.name}
      lead={
        <span className={classes.tags}>
          <KindTag kind={metric.kind} long /> {t('metric.version', { version: metric.version })}
        </span>
      }
      actions={
        <>
          {metric.kind !== 'confounder' && <AgreeLink from="gap" of={metric.id} metric={metric.id} />}
          {may('metrics.write') && (
            <Button variant="default" onClick={() => setEditing(true)}>
              {t('app:edit')}
            </Button>
          )}
        </>
      }
    >
      <Panel title={t('metric.about')}>
        <Facts metric={metric} />
      </Panel>
      <Values metric={metric} />
      {editing && <MetricDialog metric={metric} onClose={() => setEditing(false)} />}
    </Page>
  );
}

function Facts({ metric }: { metric: Schemas['Metric'] }) {
  const { t } = useTranslation(['series', 'words']);
  const missing = t('metric.notWritten');
  const facts: [string, string][] = [
    [t('metric.definition'), metric.definition || missing],
    [t('metric.formula'), metric.formula || missing],
    [t('metric.owner'), metric.owner || missing],
    [t('metrics.unit'), metric.unit || '—'],
    [t('metrics.direction'), metric.higher_is_better ? t('words:higherBetter') : t('words:lowerBetter')],
    [t('metric.aggregation'), t(`words:aggregation.${metric.aggregation}`)],
    [t('metric.lag'), metric.default_lag === 0 ? t('metric.lagNone') : t('words:periods', { count: metric.default_lag })],
    [t('metric.people'), metric.about_people ? t('metric.peopleYes') : t('metric.peopleNo')],
    ...(metric.scale ? [[t('metric.scale'), t('metric.scaleIs', { low: metric.scale.low, high: metric.scale.high, steps: metric.scale.steps })] as [string, string]] : []),
    [t('metric.key'), metric.key],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
