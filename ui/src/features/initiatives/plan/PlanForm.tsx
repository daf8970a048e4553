import { Button, Checkbox, MultiSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { ChoiceField, DateField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Then } from '@/components/Then';
import classes from '../Initiatives.module.css';
import { BenefitRows } from './BenefitRows';
import { CostRows } from './CostRows';
import { DesignRows } from './DesignRows';
import { ExpectRows } from './ExpectRows';
import { Rehearsal } from './Rehearsal';
import { purposes, sides, toPlan, type Values } from './values';

interface Props {
  start: Values;
  known?: Schemas['Initiative'];
  teams: Schemas['Team'][];
  metrics: Schemas['Metric'][];
  /** The figures of every source, such as what pulses released. */
  released: Schemas['GoalMetric'][];
  currency: string;
  rates: Schemas['ReturnsRate'][];
}

export function PlanForm({ start, known, teams, metrics, released, currency, rates }: Props) {
  const { t } = useTranslation('initiatives');
  const [, go] = useLocation();
  const queries = useQueryClient();
  const form = useForm<Values>({
    initialValues: start,
    validate: {
      name: (v) => (v.trim() ? null : t('form.needed')),
      endsOn: (v) => (v ? null : t('form.needed')),
      reason: (v) => (known?.state === 'sealed' && v.trim().length < 3 ? t('form.reasonNeeded') : null),
    },
  });
  const onSuccess = async (saved: Schemas['Initiative']) => {
    await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/initiatives') });
    go(`/initiatives/${saved.id}`);
  };
  const create = api.useMutation('post', '/initiatives', { onSuccess });
  const update = api.useMutation('put', '/initiatives/{id}', { onSuccess });
  const saving = known ? update : create;
  const v = form.values;
  const plan = toPlan(v, currency, teams, known?.plan);
  const save = form.onSubmit(() => {
    if (known) update.mutate({ params: { path: { id: known.id } }, body: { plan, version: known.version, reason: v.reason.trim() || undefined } });
    else create.mutate({ body: plan });
  });
  const teamChoices = teams.map((x) => ({ value: x.id, label: x.path.length > 1 ? `${x.name} (${x.path[x.path.length - 2] ?? ''})` : x.name }));
  const metricChoices = [...metrics, ...released.filter((m) => !metrics.some((x) => x.id === m.id))].map((m) => ({ value: m.id, label: m.unit ? `${m.name} (${m.unit})` : m.name }));
  return (
    <form className={classes.form} noValidate onSubmit={save}>
      <Panel title={t('form.what')}>
        <div className={classes.form}>
          <TextInput dir="auto" label={t('form.name')} {...form.getInputProps('name')} />
          <div className={classes.cols}>
            <ChoiceField label={t('form.purpose')} choices={purposes.map((p) => ({ value: p, label: t(`purpose.${p}`) }))} value={v.purpose} onChoose={(x) => form.setFieldValue('purpose', purposes.find((p) => p === x) ?? 'skills')} />
            <ChoiceField label={t('form.side')} choices={sides.map((s) => ({ value: s, label: t(`side.${s}`) }))} value={v.side} onChoose={(x) => form.setFieldValue('side', x === 'customer' ? 'customer' : 'employee')} />
          </div>
          <Textarea dir="auto" autosize minRows={2} label={t('form.why')} {...form.getInputProps('why')} />
        </div>
      </Panel>
      <Then>
        <Panel title={t('form.proof')} subtitle={t('form.proofSub')}>
          <div className={classes.form}>
            <div className={classes.cols}>
              <ChoiceField label={t('form.metric')} choices={metricChoices} value={v.metric} onChoose={(x) => form.setFieldValue('metric', x)} />
              <NumberInput label={t('form.lag')} min={0} max={104} allowDecimal={false} hideControls {...form.getInputProps('lag')} />
              <DateField label={t('form.ends')} {...form.getInputProps('endsOn')} />
              <ChoiceField label={t('form.control')} choices={[{ value: '', label: t('form.noControl') }, ...metricChoices.filter((m) => m.value !== v.metric)]} value={v.control} onChoose={(x) => form.setFieldValue('control', x)} />
            </div>
            {v.waves.map((_, k) => (
              <div key={k} className={classes.cols}>
                <DateField label={v.waves.length > 1 ? t('form.waveOn', { wave: k + 1 }) : t('form.startsOn')} {...form.getInputProps(`waves.${k}.on`)} />
                <MultiSelect label={t('form.treated')} data={teamChoices} searchable clearable nothingFoundMessage={t('form.noTeam')} {...form.getInputProps(`waves.${k}.teams`)} />
              </div>
            ))}
            <div className={classes.tools}>
              <Button variant="default" size="xs" onClick={() => form.insertListItem('waves', { on: '', teams: [] })}>
                {t('form.addWave')}
              </Button>
              {v.waves.length > 1 && (
                <Button variant="default" size="xs" onClick={() => form.removeListItem('waves', v.waves.length - 1)}>
                  {t('form.removeWave')}
                </Button>
              )}
            </div>
            <MultiSelect label={t('form.comparison')} description={t('form.comparisonHelp')} data={teamChoices} searchable clearable placeholder={v.comparison.length ? undefined : t('form.others')} {...form.getInputProps('comparison')} />
            <div className={classes.cols}>
              <Checkbox label={t('form.drawnLabel')} {...form.getInputProps('drawn', { type: 'checkbox' })} />
              <TextInput dir="auto" label={t('form.by')} {...form.getInputProps('by')} />
            </div>
            <DesignRows form={form} metrics={metricChoices} />
          </div>
        </Panel>
        <Rehearsal values={v} plan={plan} />
        <CostRows form={form} currency={currency} rates={rates} />
        <BenefitRows form={form} currency={currency} metrics={metricChoices} />
        <ExpectRows form={form} currency={currency} metrics={metricChoices} />
        {known?.state === 'sealed' && <Textarea dir="auto" label={t('form.reason')} description={t('form.reasonHelp')} {...form.getInputProps('reason')} />}
        {saving.isError && <ProblemNotice error={saving.error} safe={t('form.nothingSaved')} />}
        <div className={classes.bar}>
          <Button type="submit" loading={saving.isPending}>
            {t(known ? 'form.save' : 'form.enter')}
          </Button>
          <span className={classes.soft}>{t(known?.state === 'sealed' ? 'form.sealedNote' : 'form.sealNote')}</span>
        </div>
      </Then>
    </form>
  );
}
