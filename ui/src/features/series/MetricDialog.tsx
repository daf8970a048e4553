import { Button, Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors, toProblem } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import { kinds } from './kinds';
import classes from './Series.module.css';

const ways = ['mean', 'sum', 'last'] as const;

/** Describes a new metric or changes one; the version it was read at goes along, so that nobody's change is lost. */
export function MetricDialog({ metric, onClose }: { metric?: Schemas['Metric']; onClose: () => void }) {
  const { t } = useTranslation(['series', 'words', 'app']);
  const queries = useQueryClient();
  const onSuccess = async () => {
    await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/metrics') });
    onClose();
  };
  const create = api.useMutation('post', '/metrics', { onSuccess });
  const update = api.useMutation('put', '/metrics/{id}', { onSuccess });
  const saving = metric ? update : create;
  const filled = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: {
      name: metric?.name ?? '', key: metric?.key ?? '', kind: metric?.kind ?? ('ex' as Schemas['MetricKind']), unit: metric?.unit ?? '', higher_is_better: metric?.higher_is_better ?? true,
      aggregation: metric?.aggregation ?? ('mean' as Schemas['Aggregation']), definition: metric?.definition ?? '', formula: metric?.formula ?? '', owner: metric?.owner ?? '',
      default_lag: metric?.default_lag ?? 0, about_people: metric?.about_people ?? true,
      low: metric?.scale?.low ?? ('' as number | string), high: metric?.scale?.high ?? ('' as number | string), steps: metric?.scale?.steps ?? ('' as number | string),
    },
    validate: { name: filled, key: filled },
  });
  const errors = fieldErrors(saving.error);
  const field = (name: keyof typeof form.values) => ({ ...form.getInputProps(name), error: form.errors[name] ?? errors[name] });
  const save = form.onSubmit(({ low, high, steps, ...values }) => {
    const body: Schemas['MetricEdit'] = { ...values, default_lag: Number(values.default_lag) || 0 };
    if (values.about_people && [low, high, steps].some((x) => x !== '')) body.scale = { low: Number(low), high: Number(high), steps: Number(steps) };
    if (metric) update.mutate({ params: { path: { id: metric.id } }, body: { ...body, version: metric.version } });
    else create.mutate({ body });
  });
  const conflict = saving.isError && [409, 412].includes(toProblem(saving.error).status);
  return (
    <Dialog title={metric ? t('edit.title', { name: metric.name }) : t('edit.newTitle')} size="lg" onClose={onClose}>
      <form className={classes.form} noValidate onSubmit={save}>
        {conflict && <Notice tone="warn" title={t('edit.conflict')} live />}
        {saving.isError && !conflict && <ProblemNotice error={saving.error} />}
        <TextInput dir="auto" label={t('edit.name')} data-autofocus {...field('name')} />
        <div className={classes.pair}>
          <TextInput dir="auto" label={t('edit.key')} description={t('edit.keyHelp')} inputWrapperOrder={['label', 'input', 'description', 'error']} {...field('key')} />
          <ChoiceField
            label={t('edit.kind')}
            choices={kinds.map((k) => ({ value: k, label: t(`words:kind.${k}`) }))}
            value={form.values.kind}
            onChoose={(value) => form.setFieldValue('kind', kinds.find((k) => k === value) ?? 'ex')}
          />
        </div>
        <div className={classes.pair}>
          <TextInput dir="auto" label={t('edit.unit')} {...field('unit')} />
          <ChoiceField
            label={t('edit.direction')}
            choices={[
              { value: 'higher', label: t('words:higherBetter') },
              { value: 'lower', label: t('words:lowerBetter') },
            ]}
            value={form.values.higher_is_better ? 'higher' : 'lower'}
            onChoose={(value) => form.setFieldValue('higher_is_better', value === 'higher')}
          />
          <ChoiceField
            label={t('edit.aggregation')}
            choices={ways.map((a) => ({ value: a, label: t(`words:aggregation.${a}`) }))}
            value={form.values.aggregation}
            onChoose={(value) => form.setFieldValue('aggregation', ways.find((a) => a === value) ?? 'mean')}
          />
        </div>
        <Textarea dir="auto" autosize minRows={2} label={t('metric.definition')} {...field('definition')} />
        <TextInput dir="auto" label={t('metric.formula')} {...field('formula')} />
        <TextInput dir="auto" label={t('metric.owner')} {...field('owner')} />
        <NumberInput
          label={t('edit.lag')}
          description={t('edit.lagHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={0}
          max={52}
          allowDecimal={false}
          hideControls
          {...field('default_lag')}
        />
        <Checkbox label={t('edit.people')} {...form.getInputProps('about_people', { type: 'checkbox' })} />
        {form.values.about_people && (
          <fieldset className={classes.scale}>
            <legend>{t('edit.scale')}</legend>
            <p>{t('edit.scaleHelp')}</p>
            <div className={classes.pair}>
              <NumberInput label={t('edit.scaleLow')} hideControls {...field('low')} />
              <NumberInput label={t('edit.scaleHigh')} hideControls {...field('high')} />
              <NumberInput label={t('edit.scaleSteps')} min={1} max={100} allowDecimal={false} hideControls {...field('steps')} error={errors.scale} />
            </div>
          </fieldset>
        )}
        <Button type="submit" loading={saving.isPending}>
          {t('app:save')}
        </Button>
      </form>
    </Dialog>
  );
}
