import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, DateField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import { today } from './ChangeForm';
import classes from './Teams.module.css';
import { pathName, type Team } from './tree';

export function NewTeamDialog({ teams, onClose }: { teams: Team[]; onClose: () => void }) {
  const { t } = useTranslation('org');
  const queries = useQueryClient();
  const create = api.useMutation('post', '/teams', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/teams') });
      onClose();
    },
  });
  const form = useForm({
    initialValues: { name: '', parent_id: '', external_id: '', created_on: today() },
    validate: { name: (v) => (v.trim() === '' ? t('required') : null) },
  });
  const errors = fieldErrors(create.error);
  const field = (name: 'name' | 'external_id' | 'created_on') => ({ ...form.getInputProps(name), error: form.errors[name] ?? errors[name] });
  return (
    <Dialog title={t('new.title')} onClose={onClose}>
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit((v) =>
          create.mutate({ body: { name: v.name.trim(), parent_id: v.parent_id || undefined, external_id: v.external_id.trim() || undefined, created_on: v.created_on || undefined } }),
        )}
      >
        {create.isError && <ProblemNotice error={create.error} />}
        <TextInput dir="auto" label={t('new.name')} data-autofocus {...field('name')} />
        <ChoiceField
          label={t('new.parent')}
          choices={[{ value: '', label: t('new.noParent') }, ...teams.filter((team) => !team.closed_on).map((team) => ({ value: team.id, label: pathName(team) }))]}
          value={form.values.parent_id}
          onChoose={(id) => form.setFieldValue('parent_id', id)}
          error={errors.parent_id}
        />
        <TextInput dir="auto" label={t('new.externalId')} {...field('external_id')} />
        <DateField label={t('new.createdOn')} {...field('created_on')} />
        <Button type="submit" loading={create.isPending}>
          {t('new.submit')}
        </Button>
      </form>
    </Dialog>
  );
}
