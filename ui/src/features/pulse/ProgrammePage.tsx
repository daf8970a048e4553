import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount, formatDay, formatTime } from '@/i18n/format';
import { currentLocale } from '@/i18n/locale-now';
import { dateFormat } from '@/i18n/intl';
import { Approvals } from './Approvals';
import { languageName } from './builder/language';
import { textIn, type Programme } from './draft';
import { LaunchDialog } from './LaunchDialog';
import classes from './Pulse.module.css';
import { WaveCalendar } from './WaveCalendar';

export function ProgrammePage() {
  const { t } = useTranslation('pulse');
  const { id = '' } = useParams<{ id: string }>();
  const programme = api.useQuery('get', '/programmes/{id}', { params: { path: { id } } });
  if (programme.isPending) return <PageSkeleton rows={6} />;
  if (programme.isError) {
    if (toProblem(programme.error).status !== 404) return <ProblemNotice error={programme.error} retry={() => void programme.refetch()} />;
    return (
      <Page title={t('title')}>
        <EmptyState title={t('gone')} actions={<ButtonLink href="/pulses">{t('back')}</ButtonLink>} />
      </Page>
    );
  }
  return <Found programme={programme.data} />;
}

function Found({ programme: p }: { programme: Programme }) {
  const { t } = useTranslation('pulse');
  const may = useMay();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [launching, setLaunching] = useState(false);
  const waves = api.useQuery('get', '/waves', { params: { query: { programme_id: p.id } } });
  const rehearse = api.useMutation('post', '/programmes/{id}/waves', {
    onSuccess: async (wave) => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/waves' });
      go(`/waves/${wave.id}`);
    },
  });
  const lead = t('programmeLead', { count: Math.max(1, Math.round(p.minutes)), questions: formatCount(p.questions.length) });
  const title = t('rehearsalOf', { name: p.name, on: formatDay(new Date().toISOString()) });
  return (
    <Page
      above={<Link href="/pulses">{t('back')}</Link>}
      title={p.name}
      lead={p.audience.population === 'partners' ? `${t('audience.asksPartners')} ${lead}` : lead}
      actions={
        may('pulses.run') && (
          <>
            <Button data-launch onClick={() => setLaunching(true)}>
              {t('launch.open')}
            </Button>
            <Button data-rehearse variant="default" loading={rehearse.isPending} onClick={() => rehearse.mutate({ params: { path: { id: p.id } }, body: { title, rehearsal: true } })}>
              {t('rehearse')}
            </Button>
            <ButtonLink href={`/pulses/${p.id}/edit`} variant="default">
              {t('edit')}
            </ButtonLink>
          </>
        )
      }
    >
      {rehearse.isError && <ProblemNotice error={rehearse.error} />}
      {may('pulses.run') && <Approvals programme={p.id} />}
      <div className={classes.columns}>
        <Panel title={t('waves')}>
          {waves.isError ? <ProblemNotice error={waves.error} /> : <WaveCalendar waves={waves.data?.items ?? []} programmes={[p]} />}
        </Panel>
        <Panel title={t('promise.title')} subtitle={t('promise.subtitle')}>
          <Promise programme={p} />
        </Panel>
      </div>
      <Panel title={t('questions')}>
        <ol className={classes.list}>
          {p.questions.map((q) => (
            <li key={q.key}>
              <bdi>{textIn(q.text, currentLocale())}</bdi>
              <span className={classes.summary}>
                {t(`type.${q.type}`)}
                {q.required ? ` · ${t('required')}` : ''}
                {q.version > 1 ? ` · ${t('version', { version: q.version })}` : ''}
              </span>
            </li>
          ))}
        </ol>
      </Panel>
      {launching && <LaunchDialog programme={p} onClose={() => setLaunching(false)} />}
    </Page>
  );
}

function Promise({ programme: p }: { programme: Programme }) {
  const { t } = useTranslation('pulse');
  const facts: [string, string][] = [
    [t('col.rule'), t(`rule.${p.cadence.rule}`)],
    [t('col.next'), p.next_at ? formatTime(p.next_at) : '—'],
    [t('cadence.workdays'), workdayNames(p.cadence.workdays ?? [1, 2, 3, 4, 5])],
    [t('cadence.from'), p.cadence.open_until ? `${p.cadence.open_from ?? 0}:00–${p.cadence.open_until}:00` : t('cadence.anyHour')],
    [t('field.openDays'), t('days', { count: p.cadence.open_days })],
    [t('col.k'), t('people', { count: p.k })],
    [t('field.attribute'), p.attribute || t('noAttribute')],
    [t('field.reminders'), (p.reminders ?? []).map((d) => t('dayNo', { day: d })).join(', ') || '—'],
    [t('field.retention'), t('days', { count: p.retention_days ?? 0 })],
    [t('field.leads'), t('days', { count: p.leads_see_after_days ?? 0 })],
    [t('field.languages'), p.languages.map(languageName).join(', ')],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function workdayNames(days: readonly number[]): string {
  const name = dateFormat({ weekday: 'short', timeZone: 'UTC' });
  return days.map((d) => name.format(new Date(Date.UTC(2024, 0, 7 + d)))).join(', ');
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  );
}
