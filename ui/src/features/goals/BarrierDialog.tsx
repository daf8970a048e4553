import { Autocomplete, Button, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import classes from './Goals.module.css';

interface Props {
  known?: Schemas['Barrier'];
  team: string;
  teams: Schemas['Team'][];
  metrics: Schemas['GoalMetric'][];
  onClose: () => void;
}

const statuses = ['open', 'in_work', 'removed', 'accepted'] as const;

export function BarrierDialog({ known, team, teams, metrics, onClose }: Props) {
  const { t } = useTranslation('goals');
  const queries = useQueryClient();
  const touchpoints = api.useQuery('get', '/touchpoints', {}, { retry: false });
  const form = useForm({
    initialValues: { name: known?.name ?? '', touchpoint: known?.touchpoint ?? '', metric: known?.metric ?? '', team: known ? (known.team_id ?? '') : team, status: known?.status ?? ('open' as const), owner: known?.owner ?? '', note: '' },
    validate: { name: (v) => (v.trim() ? null : t('needed')) },
  });
  const done = {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/barriers' });
      onClose();
    },
    onError: (error: unknown) => form.setErrors(fieldErrors(error)),
  };
  const add = api.useMutation('post', '/barriers', done);
  const change = api.useMutation('put', '/barriers/{id}', done);
  const saving = known ? change : add;
  const v = form.values;
  const submit = form.onSubmit(() => {
    const body = { name: v.name.trim(), touchpoint: v.touchpoint.trim() || undefined, metric: v.metric || undefined, team_id: v.team || undefined, status: v.status, owner: v.owner.trim() || undefined, note: v.note.trim() || undefined, version: known?.version };
    if (known) change.mutate({ params: { path: { id: known.id } }, body });
    else add.mutate({ body });
  });
  const names = [...new Set((touchpoints.data?.items ?? []).map((x) => x.name))];
  return (
    <Dialog title={known ? known.name : t('barriers.add')} size="lg" onClose={onClose}>
      {known && known.notes.length > 0 && (
        <ol className={classes.history} aria-label={t('barriers.notes')}>
          {known.notes.map((n) => (
            <li key={n.at}>
              <p>
                <bdi>{n.text}</bdi>
              </p>
              <p className={classes.small}>
                <bdi>{n.by}</bdi> · {formatDay(n.at)}
              </p>
            </li>
          ))}
        </ol>
      )}
      <form className={classes.form} noValidate onSubmit={submit}>
        <TextInput dir="auto" label={t('barriers.what')} {...form.getInputProps('name')} />
        <div className={classes.cols}>
          <Autocomplete dir="auto" label={t('barriers.touchpoint')} data={names} {...form.getInputProps('touchpoint')} />
          <ChoiceField label={t('col.metric')} choices={[{ value: '', label: t('barriers.no') }, ...metrics.map((m) => ({ value: m.id, label: m.name }))]} value={v.metric} onChoose={(x) => form.setFieldValue('metric', x)} />
          <ChoiceField label={t('team')} choices={[{ value: '', label: t('organisation') }, ...teams.map((x) => ({ value: x.id, label: '\u2003'.repeat(Math.max(0, x.path.length - 1)) + x.name }))]} value={v.team} onChoose={(x) => form.setFieldValue('team', x)} error={form.errors.team_id} />
        </div>
        <div className={classes.cols}>
          <ChoiceField label={t('barriers.status')} choices={statuses.map((s) => ({ value: s, label: t(`status.${s}`) }))} value={v.status} onChoose={(x) => form.setFieldValue('status', statuses.find((s) => s === x) ?? 'open')} />
          <TextInput dir="auto" label={t('col.owner')} {...form.getInputProps('owner')} />
        </div>
        <Textarea dir="auto" autosize minRows={2} label={t('barriers.note')} {...form.getInputProps('note')} />
        {saving.isError && <ProblemNotice error={saving.error} />}
        <div>
          <Button type="submit" loading={saving.isPending}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
