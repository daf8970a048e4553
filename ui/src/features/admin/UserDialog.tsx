import { Button, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import type { Role } from '@/api/session';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import { isLocale } from '@/i18n/locale';
import { currentLocale } from '@/i18n/locale-now';
import classes from './Access.module.css';
import { TeamChoice } from './TeamChoice';

const roles: readonly Role[] = ['admin', 'hr', 'cx', 'lead', 'executive', 'auditor'];

interface Props {
  user?: Schemas['User'];
  teams: Schemas['Team'][];
  onInvited: (invited: Schemas['InvitedUser']) => void;
  onClose: () => void;
}

/** Invites a person, or changes role, teams and whether the account is active. */
export function UserDialog({ user, teams, onInvited, onClose }: Props) {
  const { t } = useTranslation(['admin', 'words', 'app']);
  const queries = useQueryClient();
  const settled = async () => {
    await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/users' });
    onClose();
  };
  const invite = api.useMutation('post', '/users', {
    onSuccess: async (invited) => {
      onInvited(invited);
      await settled();
    },
  });
  const update = api.useMutation('put', '/users/{id}', { onSuccess: settled });
  const saving = user ? update : invite;
  const filled = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: { name: user?.name ?? '', email: user?.email ?? '', role: user?.role ?? ('lead' as Role), team_ids: user?.team_ids ?? [], active: user?.active ?? true, locale: currentLocale() },
    validate: { name: filled, email: (value) => (user ? null : filled(value)) },
  });
  const errors = fieldErrors(saving.error);
  const field = (name: 'name' | 'email') => ({ ...form.getInputProps(name), error: form.errors[name] ?? errors[name] });
  const save = form.onSubmit((v) => {
    const team_ids = v.role === 'lead' ? v.team_ids : [];
    if (user) update.mutate({ params: { path: { id: user.id } }, body: { name: v.name.trim(), role: v.role, team_ids, active: v.active } });
    else invite.mutate({ body: { name: v.name.trim(), email: v.email.trim(), role: v.role, team_ids, locale: v.locale } });
  });
  return (
    <Dialog title={user ? user.name : t('form.inviteTitle')} size="lg" onClose={onClose}>
      <form className={classes.form} noValidate onSubmit={save}>
        {saving.isError && <ProblemNotice error={saving.error} />}
        <TextInput dir="auto" label={t('form.name')} data-autofocus {...field('name')} />
        {!user && <TextInput dir="ltr" type="email" label={t('form.email')} {...field('email')} />}
        <ChoiceField
          label={t('form.role')}
          description={t(`role.${form.values.role}`)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          choices={roles.map((role) => ({ value: role, label: t(`words:role.${role}`) }))}
          value={form.values.role}
          onChoose={(value) => form.setFieldValue('role', roles.find((r) => r === value) ?? 'lead')}
          error={errors.role}
        />
        {form.values.role === 'lead' && (
          <TeamChoice teams={teams} chosen={form.values.team_ids} onChange={(ids) => form.setFieldValue('team_ids', ids)} error={errors.team_ids} />
        )}
        {user ? (
          <Switch label={t('form.active')} description={t('form.activeHelp')} {...form.getInputProps('active', { type: 'checkbox' })} />
        ) : (
          <ChoiceField
            label={t('form.locale')}
            choices={[
              { value: 'en', label: 'English' },
              { value: 'he', label: 'עברית' },
              { value: 'pl', label: 'Polski' },
            ]}
            value={form.values.locale}
            onChoose={(value) => isLocale(value) && form.setFieldValue('locale', value)}
          />
        )}
        <Button type="submit" loading={saving.isPending}>
          {user ? t('app:save') : t('form.send')}
        </Button>
      </form>
    </Dialog>
  );
}
