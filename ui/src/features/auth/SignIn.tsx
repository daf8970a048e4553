import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useEnter, useSession, type Session } from '@/api/session';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Door.module.css';
import { Door } from './Door';
import { DemoRoles } from './DemoRoles';

export function SignIn() {
  const { t } = useTranslation('auth');
  const { data: session } = useSession();
  const demo = session?.demo ?? false;
  const arrive = useArrive();
  return (
    <Door title={demo ? t('demo.title') : t('signIn.title')} lead={demo ? t('demo.lead') : t('signIn.lead')} wide={demo}>
      {demo && (
        <>
          <DemoRoles onEnter={arrive} />
          <h2 className={classes.subtitle}>{t('demo.or')}</h2>
        </>
      )}
      <PasswordForm onEnter={arrive} />
    </Door>
  );
}

// Back to the page the person came for, which must be one of ours.
function useArrive(): (session: Session) => void {
  const enter = useEnter();
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const next = search.get('next');
  return (session) => {
    const target = next?.startsWith('/') && !next.startsWith('//') ? next : (session.home ?? '/evidence');
    enter(session);
    go(target, { replace: true });
  };
}

function PasswordForm({ onEnter }: { onEnter: (session: Session) => void }) {
  const { t } = useTranslation('auth');
  const signIn = api.useMutation('post', '/session', { onSuccess: onEnter });
  const filled = (value: string) => (value.trim() === '' ? t('required') : null);
  const form = useForm({ initialValues: { email: '', password: '' }, validate: { email: filled, password: filled } });
  const errors = fieldErrors(signIn.error);
  return (
    <div className={classes.card}>
      <form className={classes.form} noValidate onSubmit={form.onSubmit((body) => signIn.mutate({ body }))}>
        {signIn.isError && <ProblemNotice error={signIn.error} safe="" />}
        <TextInput
          label={t('signIn.email')}
          type="email"
          dir="ltr"
          autoComplete="username"
          {...form.getInputProps('email')}
          error={form.errors.email ?? errors.email}
        />
        <PasswordInput
          label={t('signIn.password')}
          dir="ltr"
          autoComplete="current-password"
          {...form.getInputProps('password')}
          error={form.errors.password ?? errors.password}
        />
        <Button type="submit" loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        <p className={classes.foot}>
          <Link href="/forgot-password">{t('signIn.forgot')}</Link>
        </p>
      </form>
    </div>
  );
}
