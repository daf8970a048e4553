import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { DateField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { currentLocale } from '@/i18n/locale-now';
import { NewPeople } from './Approvals';
import type { Programme } from './draft';
import classes from './Pulse.module.css';

/** Everything that speaks for and against a launch, before anything is frozen. */
export function LaunchDialog({ programme: p, onClose }: { programme: Programme; onClose: () => void }) {
  const { t } = useTranslation(['pulse', 'app']);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const month = new Intl.DateTimeFormat(currentLocale(), { month: 'long', year: 'numeric' }).format(new Date());
  const [title, setTitle] = useState(`${p.name}, ${month}`);
  const [closes, setCloses] = useState('');
  const [paperBy, setPaperBy] = useState('');
  const [newStaff, setNewStaff] = useState(false);
  const check = api.useQuery('get', '/programmes/{id}/checks', { params: { path: { id: p.id } } }, { staleTime: 0 });
  const launch = api.useMutation('post', '/programmes/{id}/waves', {
    onSuccess: async (wave) => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/waves' });
      go(`/waves/${wave.id}`);
    },
  });
  const ask = api.useMutation('post', '/programmes/{id}/launch-approvals', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).includes('launch-approvals') });
      onClose();
    },
  });
  const start = (event: FormEvent) => {
    event.preventDefault();
    const closes_at = closes ? new Date(`${closes}T18:00:00`).toISOString() : undefined;
    const request = { params: { path: { id: p.id } }, body: { title, closes_at, paper_by: paperBy.trim() || undefined } };
    if (newStaff) ask.mutate(request);
    else launch.mutate(request);
  };
  const c = check.data;
  return (
    <Dialog title={t('launch.title', { name: p.name })} size="lg" onClose={onClose}>
      <form className={classes.form} onSubmit={start}>
        {launch.isError && <ProblemNotice error={launch.error} />}
        {ask.isError && <ProblemNotice error={ask.error} />}
        {check.isPending && <RowsSkeleton rows={3} />}
        {check.isError && <ProblemNotice error={check.error} retry={() => void check.refetch()} />}
        {c?.blocking?.map((s) => (
          <Notice key={s.key} tone="bad" title={t('launch.blocked')}>
            {s.text}
          </Notice>
        ))}
        {c && (
          <ul className={classes.list} data-checks>
            {c.findings.map((s) => (
              <li key={s.key}>{s.text}</li>
            ))}
          </ul>
        )}
        <TextInput dir="auto" required maxLength={200} label={t('launch.name')} description={t('launch.nameHelp')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={title} onChange={(e) => setTitle(e.currentTarget.value)} />
        <div className={classes.pair}>
          <DateField
            label={t('launch.closes')}
            description={t('launch.closesHelp', { count: p.cadence.open_days })}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={closes}
            onChange={(e) => setCloses(e.currentTarget.value)}
          />
          <TextInput
            dir="auto"
            maxLength={200}
            label={t('launch.paperBy')}
            description={t('launch.paperHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={paperBy}
            onChange={(e) => setPaperBy(e.currentTarget.value)}
          />
        </div>
        {c?.needs_second_approver && <Checkbox label={t('launch.newStaff')} checked={newStaff} onChange={(e) => setNewStaff(e.currentTarget.checked)} />}
        {c?.needs_second_approver && newStaff && <NewPeople people={c.new_people ?? []} />}
        <p className={classes.soft}>{t('launch.frozen', { k: p.k })}</p>
        <div className={classes.actions}>
          <Button type="submit" loading={launch.isPending || ask.isPending} disabled={!c?.may_launch}>
            {t(newStaff ? 'launch.ask' : 'launch.go')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('app:cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
