import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Access.module.css';

type Role = Schemas['KeyRole'];

const roles: readonly Role[] = ['feeder', 'hr', 'cx', 'executive', 'auditor', 'admin'];

export function KeyDialog({ onCreated, onClose }: { onCreated: (key: Schemas['CreatedApiKey']) => void; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'words']);
  const queries = useQueryClient();
  const create = api.useMutation('post', '/api-keys', {
    onSuccess: async (key) => {
      onCreated(key);
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/api-keys' });
      onClose();
    },
  });
  const form = useForm({ initialValues: { name: '', role: 'feeder' as Role }, validate: { name: (v) => (v.trim() === '' ? t('required') : null) } });
  const errors = fieldErrors(create.error);
  return (
    <Dialog title={t('keys.new')} onClose={onClose}>
      <form className={classes.form} noValidate onSubmit={form.onSubmit((v) => create.mutate({ body: { name: v.name.trim(), role: v.role } }))}>
        {create.isError && <ProblemNotice error={create.error} />}
        <TextInput dir="auto" label={t('keys.name')} data-autofocus {...form.getInputProps('name')} error={form.errors.name ?? errors.name} />
        <ChoiceField
          label={t('form.role')}
          description={t(`role.${form.values.role}`)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          choices={roles.map((role) => ({ value: role, label: t(`words:role.${role}`) }))}
          value={form.values.role}
          onChoose={(value) => form.setFieldValue('role', roles.find((r) => r === value) ?? 'feeder')}
          error={errors.role}
        />
        <Button type="submit" loading={create.isPending}>
          {t('keys.new')}
        </Button>
      </form>
    </Dialog>
  );
}
