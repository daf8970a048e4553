import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, DateField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Series.module.css';

const kinds = ['competitor', 'economy', 'labour_market', 'regulation', 'internal', 'other'] as const;

export function EventDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['series', 'app']);
  const queries = useQueryClient();
  const create = api.useMutation('post', '/events', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/events' });
      onClose();
    },
  });
  const filled = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: { title: '', kind: 'competitor' as Schemas['NewEvent']['kind'], on: '', until: '', source: '' },
    validate: { title: filled, on: filled },
  });
  const errors = fieldErrors(create.error);
  const field = (name: keyof typeof form.values) => ({ ...form.getInputProps(name), error: form.errors[name] ?? errors[name] });
  return (
    <Dialog title={t('events.new')} onClose={onClose}>
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit((v) => create.mutate({ body: { title: v.title.trim(), kind: v.kind, on: v.on, until: v.until || undefined, source: v.source || undefined } }))}
      >
        {create.isError && <ProblemNotice error={create.error} />}
        <TextInput dir="auto" label={t('events.what')} data-autofocus {...field('title')} />
        <ChoiceField
          label={t('events.kindLabel')}
          choices={kinds.map((k) => ({ value: k, label: t(`events.kind.${k}`) }))}
          value={form.values.kind}
          onChoose={(value) => form.setFieldValue('kind', kinds.find((k) => k === value) ?? 'other')}
        />
        <div className={classes.pair}>
          <DateField label={t('events.on')} {...field('on')} />
          <DateField label={`${t('events.until')} (${t('app:optional')})`} {...field('until')} />
        </div>
        <TextInput dir="auto" label={`${t('events.source')} (${t('app:optional')})`} {...field('source')} />
        <Button type="submit" loading={create.isPending}>
          {t('app:save')}
        </Button>
      </form>
    </Dialog>
  );
}
