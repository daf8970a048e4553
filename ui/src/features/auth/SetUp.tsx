import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useEnter } from '@/api/session';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Door.module.css';
import { Door } from './Door';

export function SetUp() {
  const { t } = useTranslation('auth');
  const enter = useEnter();
  const [, go] = useLocation();
  const create = api.useMutation('post', '/setup', {
    onSuccess: (session) => {
      enter(session);
      go(session.home ?? '/evidence', { replace: true });
    },
  });
  const filled = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({
    initialValues: { code: '', name: '', email: '', password: '' },
    validate: { code: filled, name: filled, email: filled, password: (v) => (v.length < 12 ? t('tooShort') : null) },
  });
  const errors = fieldErrors(create.error);
  const field = (name: keyof typeof form.values) => ({ ...form.getInputProps(name), error: form.errors[name] ?? errors[name] });
  return (
    <Door title={t('setup.title')} lead={t('setup.lead')}>
      <div className={classes.card}>
        <form className={classes.form} noValidate onSubmit={form.onSubmit((body) => create.mutate({ body: { ...body, code: body.code.trim() } }))}>
          {create.isError && <ProblemNotice error={create.error} />}
          <TextInput label={t('setup.code')} description={t('setup.codeHelp')} dir="ltr" autoComplete="one-time-code" {...field('code')} />
          <TextInput label={t('setup.name')} autoComplete="name" {...field('name')} />
          <TextInput label={t('signIn.email')} type="email" dir="ltr" autoComplete="username" {...field('email')} />
          <PasswordInput label={t('setup.password')} dir="ltr" autoComplete="new-password" {...field('password')} />
          <Button type="submit" loading={create.isPending}>
            {t('setup.submit')}
          </Button>
        </form>
      </div>
    </Door>
  );
}
