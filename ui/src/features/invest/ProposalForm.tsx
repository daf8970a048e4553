import { Button, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { ChoiceField, type Choice } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { fromMinor, toMinor } from '@/i18n/money';
import classes from './Invest.module.css';

interface Props {
  known?: Schemas['Proposal'];
  metric: string;
  team: string;
  choices: { metrics: Choice[]; teams: Choice[]; whole: boolean };
  barriers: Schemas['Barrier'][];
  currency: string;
}

const purposes = ['technology', 'skills', 'product_service', 'process'] as const;
const sides = ['employee', 'customer'] as const;

export function ProposalForm({ known, metric, team, choices, barriers, currency }: Props) {
  const { t } = useTranslation('invest');
  const [, go] = useLocation();
  const queries = useQueryClient();
  const i = known?.idea;
  const form = useForm({
    initialValues: {
      name: i?.name ?? '', behaviour: i?.behaviour ?? '', solution: i?.solution ?? '', metric: i?.metric ?? (metric || (choices.metrics[0]?.value ?? '')), team: i ? (i.team_id ?? '') : team || (choices.teams[0]?.value ?? ''),
      barrier: i?.barrier ?? '', purpose: i?.purpose ?? ('process' as const), side: i?.side ?? ('customer' as const), price: i?.price ? fromMinor(i.price.per_year, currency) : ('' as number | ''), source: i?.price?.source ?? '',
    },
    validate: {
      name: (v) => (v.trim() ? null : t('form.needed')),
      behaviour: (v) => (v.trim() ? null : t('form.needed')),
      source: (v, all) => (all.price !== '' && !v.trim() ? t('form.needed') : null),
    },
  });
  const done = {
    onSuccess: async (p: Schemas['Proposal']) => {
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/proposals') });
      go(`/invest/${p.id}`);
    },
    onError: (error: unknown) => form.setErrors(fieldErrors(error)),
  };
  const create = api.useMutation('post', '/proposals', done);
  const update = api.useMutation('put', '/proposals/{id}', done);
  const saving = known ? update : create;
  const v = form.values;
  const submit = form.onSubmit(() => {
    const idea: Schemas['ProposalIdea'] = {
      name: v.name.trim(), behaviour: v.behaviour.trim(), solution: v.solution.trim() || undefined, metric: v.metric, team_id: v.team || undefined, barrier: v.barrier || undefined, purpose: v.purpose, side: v.side,
      price: v.price === '' ? undefined : { per_year: toMinor(v.price, currency), source: v.source.trim() },
    };
    if (known) update.mutate({ params: { path: { id: known.id } }, body: { idea, version: known.version } });
    else create.mutate({ body: idea });
  });
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      <Panel>
        <div className={classes.form}>
          <TextInput dir="auto" label={t('form.name')} {...form.getInputProps('name')} />
          <Textarea dir="auto" autosize minRows={2} label={t('form.behaviour')} description={t('form.behaviourHelp')} {...form.getInputProps('behaviour')} />
          <Textarea dir="auto" autosize minRows={2} label={t('form.solution')} {...form.getInputProps('solution')} />
          <div className={classes.cols}>
            <ChoiceField label={t('form.metric')} choices={choices.metrics} value={v.metric} onChoose={(x) => form.setFieldValue('metric', x)} error={form.errors.metric} />
            <ChoiceField label={t('form.team')} choices={choices.teams} value={v.team} onChoose={(x) => form.setFieldValue('team', x)} error={form.errors.team_id} />
            <ChoiceField label={t('form.barrier')} choices={[{ value: '', label: t('form.noBarrier') }, ...barriers.map((b) => ({ value: b.id, label: b.name }))]} value={v.barrier} onChoose={(x) => form.setFieldValue('barrier', x)} />
          </div>
          <div className={classes.cols}>
            <ChoiceField label={t('form.purpose')} choices={purposes.map((x) => ({ value: x, label: t(`purpose.${x}`) }))} value={v.purpose} onChoose={(x) => form.setFieldValue('purpose', purposes.find((y) => y === x) ?? 'process')} />
            <ChoiceField label={t('form.side')} choices={sides.map((x) => ({ value: x, label: t(`side.${x}`) }))} value={v.side} onChoose={(x) => form.setFieldValue('side', x === 'employee' ? 'employee' : 'customer')} />
          </div>
        </div>
      </Panel>
      <Panel title={t('form.price')} subtitle={t('form.priceSub')}>
        <div className={classes.cols}>
          <NumberInput label={t('form.perYear', { currency })} description={t('form.perYearHelp')} hideControls {...form.getInputProps('price')} />
          <TextInput dir="auto" label={t('form.source')} {...form.getInputProps('source')} />
        </div>
      </Panel>
      {saving.isError && <ProblemNotice error={saving.error} />}
      <div>
        <Button type="submit" loading={saving.isPending}>
          {t(known ? 'form.save' : 'propose')}
        </Button>
      </div>
    </form>
  );
}
