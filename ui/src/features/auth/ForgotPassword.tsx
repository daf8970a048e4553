import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Door.module.css';
import { Door } from './Door';

export function ForgotPassword() {
  const { t } = useTranslation('auth');
  const ask = api.useMutation('post', '/password-resets');
  const form = useForm({ initialValues: { email: '' }, validate: { email: (v) => (v.trim() === '' ? t('required') : null) } });
  return (
    <Door title={t('forgot.title')} lead={t('forgot.lead')}>
      <div className={classes.card}>
        {ask.isSuccess ? (
          <Notice tone="good" title={t('forgot.sent')} live>
            {t('forgot.sentBody')}
          </Notice>
        ) : (
          <form className={classes.form} noValidate onSubmit={form.onSubmit((body) => ask.mutate({ body }))}>
            {ask.isError && <ProblemNotice error={ask.error} />}
            <TextInput
              label={t('signIn.email')}
              type="email"
              dir="ltr"
              autoComplete="username"
              {...form.getInputProps('email')}
              error={form.errors.email ?? fieldErrors(ask.error).email}
            />
            <Button type="submit" loading={ask.isPending}>
              {t('forgot.submit')}
            </Button>
          </form>
        )}
        <p className={classes.foot} style={{ marginBlockStart: 16 }}>
          <Link href="/sign-in">{t('forgot.back')}</Link>
        </p>
      </div>
    </Door>
  );
}
