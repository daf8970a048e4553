import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatTime } from '@/i18n/format';
import classes from './Subscriptions.module.css';

type Rhythm = Schemas['SubscriptionRhythm'];
export const rhythms: Rhythm[] = ['weekly', 'monthly', 'quarterly', 'close'];

interface Props {
  report?: { team?: string };
  onClose: () => void;
}

/** When letters come, and to whom. What it is about is the page as it stood when the dialog opened. */
export function SubscribeDialog({ report, onClose }: Props) {
  const { t } = useTranslation(['subscriptions', 'app']);
  const may = useMay();
  const queries = useQueryClient();
  const [what] = useState(() =>
    report
      ? { subject: 'report' as const, team_id: report.team }
      : { subject: 'view' as const, path: window.location.pathname + window.location.search, name: document.title.replace(/ · Rapport$/, '') },
  );
  const [rhythm, setRhythm] = useState<Rhythm>(report ? 'close' : 'weekly');
  const [reader, setReader] = useState('');
  const list = api.useQuery('get', '/subscriptions', {});
  const others = may('subscriptions.others');
  const query = { subject: what.subject, ...(what.subject === 'report' ? { team_id: what.team_id } : { path: what.path }) };
  const readers = api.useQuery('get', '/subscription-readers', { params: { query } }, { enabled: others });
  const add = api.useMutation('post', '/subscriptions', { onSuccess: () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/subscriptions' }) });
  return (
    <Dialog title={t('title')} onClose={onClose}>
      {add.data ? (
        <div className={classes.form}>
          <Notice tone="good" title={t('done')} live>
            {add.data.next_at ? t('first', { day: formatTime(add.data.next_at) }) : t('firstClose')}
          </Notice>
          <Button variant="default" onClick={onClose}>
            {t('app:close')}
          </Button>
        </div>
      ) : (
        <form
          className={classes.form}
          onSubmit={(e) => {
            e.preventDefault();
            add.mutate({ body: { ...what, rhythm, reader_id: reader || undefined } });
          }}
        >
          {add.isError && <ProblemNotice error={add.error} />}
          {list.data && !list.data.mails && <Notice tone="info" title={t('noMail')} />}
          <p>{t(what.subject)}</p>
          <ChoiceField data-autofocus label={t('rhythm')} choices={rhythms.map((r) => ({ value: r, label: t(r) }))} value={rhythm} onChoose={(v) => setRhythm(v as Rhythm)} />
          {others && (
            <ChoiceField label={t('reader')} choices={[{ value: '', label: t('me') }, ...(readers.data?.items ?? []).map((u) => ({ value: u.id, label: u.name }))]} value={reader} onChoose={setReader} />
          )}
          <p className={classes.soft}>{t('rights')}</p>
          <Button type="submit" loading={add.isPending}>
            {t('add')}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
