import { Button, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useSession } from '@/api/session';
import { ChoiceField, DateField } from '@/components/Field';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Actions.module.css';

const DAY = 86_400_000;
const origins = ['finding', 'gap', 'result', 'proposal', 'hand'] as const;
const reminders = [-1, 1, 3, 7, 14] as const;

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Enters what was agreed. The page it comes from hands over what is known: from, of, path, metric, team, title. */
export function NewActionPage() {
  const { t } = useTranslation('actions');
  const teams = api.useQuery('get', '/teams', {});
  const metrics = api.useQuery('get', '/metrics', {});
  const failed = [teams, metrics].find((q) => q.isError);
  if (failed) return <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />;
  if (!teams.data || !metrics.data) return <PageSkeleton rows={8} />;
  return (
    <Page above={<Link href="/actions">{t('title')}</Link>} title={t('form.title')} lead={t('form.lead')}>
      <Panel>
        <Form teams={teams.data.items.filter((x) => !x.closed_on)} metrics={metrics.data.items} />
      </Panel>
    </Page>
  );
}

function Form({ teams, metrics }: { teams: Schemas['Team'][]; metrics: Schemas['Metric'][] }) {
  const { t } = useTranslation(['actions', 'app']);
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const { data: session } = useSession();
  const lead = session?.user?.role === 'lead';
  const given = (key: string) => search.get(key) ?? '';
  const from = origins.find((o) => o === given('from')) ?? 'hand';
  const form = useForm({
    initialValues: {
      title: given('title'), team_id: given('team') || (lead ? (teams[0]?.id ?? '') : ''), owner_id: session?.user?.id ?? '', metric_id: given('metric'), due_on: isoDay(Date.now() + 42 * DAY), remind_days: '3', note: '',
    },
    validate: { title: (v) => (v.trim() === '' ? t('actions:form.required') : null), due_on: (v) => (v === '' ? t('actions:form.required') : null) },
  });
  const team = form.values.team_id;
  const owners = api.useQuery('get', '/action-owners', { params: { query: { team_id: team || undefined } } });
  const made = async (action: string) => {
    await queries.invalidateQueries({ predicate: (q) => /^\/(actions|proposals)/.test(String(q.queryKey[1])) });
    navigate(`/actions/${action}`);
  };
  const agree = api.useMutation('post', '/actions', { onSuccess: (action) => made(action.id) });
  const accept = api.useMutation('post', '/proposals/{id}/action', { onSuccess: (p) => made(p.action ?? '') });
  const proposed = from === 'proposal' && given('of') !== '';
  const create = proposed ? accept : agree;
  const errors = fieldErrors(create.error);
  const field = (name: keyof typeof form.values) => ({ ...form.getInputProps(name), error: form.errors[name] ?? errors[name] });
  const people = owners.data?.items ?? [];
  const owner = people.some((p) => p.id === form.values.owner_id) ? form.values.owner_id : (people[0]?.id ?? '');
  const known = metrics.some((m) => m.id === form.values.metric_id);
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={form.onSubmit((v) => {
        const action = {
          title: v.title.trim(), team_id: v.team_id || undefined, owner_id: owner, metric_id: v.metric_id || undefined, due_on: v.due_on, remind_days: Number(v.remind_days), note: v.note || undefined,
          origin: { from, of: given('of') || undefined, path: given('path') || undefined },
        };
        if (proposed) accept.mutate({ params: { path: { id: given('of') } }, body: { version: Number(given('version')), action } });
        else agree.mutate({ body: action });
      })}
    >
      {create.isError && <ProblemNotice error={create.error} />}
      {from !== 'hand' && <p className={classes.soft}>{t(`actions:from.${from}`)}</p>}
      <TextInput dir="auto" label={t('actions:form.what')} description={t('actions:form.whatHint')} data-autofocus {...field('title')} />
      <ChoiceField
        label={t('actions:form.team')}
        choices={[...(lead ? [] : [{ value: '', label: t('actions:everybody') }]), ...teams.map((x) => ({ value: x.id, label: x.path.length > 0 ? x.path.join(' › ') : x.name }))]}
        value={team}
        onChoose={(id) => form.setFieldValue('team_id', id)}
        error={errors.team_id}
      />
      <ChoiceField label={t('actions:form.owner')} choices={people.map((p) => ({ value: p.id, label: p.name }))} value={owner} onChoose={(id) => form.setFieldValue('owner_id', id)} error={errors.owner_id} />
      <ChoiceField
        label={t('actions:form.metric')}
        description={t('actions:form.metricHint')}
        choices={[{ value: '', label: t('actions:noFigure') }, ...(form.values.metric_id && !known ? [{ value: form.values.metric_id, label: given('metric_name') || form.values.metric_id }] : []), ...metrics.map((m) => ({ value: m.id, label: m.name }))]}
        value={form.values.metric_id}
        onChoose={(id) => form.setFieldValue('metric_id', id)}
        error={errors.metric_id}
      />
      <div className={classes.pair}>
        <DateField label={t('actions:form.due')} {...field('due_on')} />
        <ChoiceField label={t('actions:form.remind')} choices={reminders.map((d) => ({ value: String(d), label: d < 0 ? t('actions:form.remindNever') : t('actions:form.remindDays', { count: d }) }))} value={form.values.remind_days} onChoose={(d) => form.setFieldValue('remind_days', d)} />
      </div>
      <Textarea dir="auto" autosize minRows={2} maxRows={8} label={`${t('actions:form.note')} (${t('app:optional')})`} {...field('note')} />
      <div>
        <Button type="submit" loading={create.isPending}>
          {t('actions:form.submit')}
        </Button>
      </div>
    </form>
  );
}
