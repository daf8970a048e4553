import { Button, PasswordInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { api } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useEnter } from '@/api/session';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Door.module.css';
import { Door } from './Door';

// The token stands in the fragment, which browsers never send: it does not reach a proxy's log. "#token=…" or bare.
function tokenFrom(hash: string): string {
  const fragment = hash.replace(/^#/, '');
  return new URLSearchParams(fragment).get('token') ?? fragment;
}

export function SetPassword() {
  const { t } = useTranslation('auth');
  const [token] = useState(() => tokenFrom(window.location.hash));
  const enter = useEnter();
  const [, go] = useLocation();
  const set = api.useMutation('post', '/passwords', {
    onSuccess: (session) => {
      enter(session);
      go(session.home ?? '/evidence', { replace: true });
    },
  });
  const form = useForm({ initialValues: { password: '' }, validate: { password: (v) => (v.length < 12 ? t('tooShort') : null) } });
  return (
    <Door title={t('set.title')} lead={t('set.lead')}>
      <div className={classes.card}>
        {token === '' ? (
          <Notice tone="warn" title={t('set.noToken')}>
            <p>{t('set.noTokenBody')}</p>
            <p>
              <Link href="/forgot-password">{t('signIn.forgot')}</Link>
            </p>
          </Notice>
        ) : (
          <form className={classes.form} noValidate onSubmit={form.onSubmit(({ password }) => set.mutate({ body: { token, password } }))}>
            {set.isError && <ProblemNotice error={set.error} />}
            <PasswordInput
              label={t('signIn.password')}
              dir="ltr"
              autoComplete="new-password"
              {...form.getInputProps('password')}
              error={form.errors.password ?? fieldErrors(set.error).password}
            />
            <Button type="submit" loading={set.isPending}>
              {t('set.submit')}
            </Button>
          </form>
        )}
      </div>
    </Door>
  );
}
