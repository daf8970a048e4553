import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useMay } from '@/api/session';
import { isolate } from '@/charts/isolate';
import { ChoiceField, DateField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay, formatNumber } from '@/i18n/format';
import classes from './Cases.module.css';

const states = ['open', 'in_work', 'closed'] as const;
const locales = ['en', 'he', 'pl'] as const;
type Locale = (typeof locales)[number];
const reasons = ['solved', 'explained', 'unreachable', 'no_matter'] as const;

/** One matter of a customer: what was said, who looks after it, what was done. */
export function CasePage() {
  const { t } = useTranslation('cases');
  const may = useMay();
  const { id = '' } = useParams();
  const one = api.useQuery('get', '/cases/{id}', { params: { path: { id } } }, { retry: false });
  const c = one.data;
  const [saved, setSaved] = useState<Schemas['Case']>();
  return (
    <Page
      title={c ? t('caseOf', { where: isolate(c.touchpoint || t('somewhere')), day: formatDay(c.answered_at) }) : t('title')}
      above={<Link href="/cases">{t('title')}</Link>}
      lead={c ? [isolate(c.team), isolate(`${c.type.toUpperCase()} ${formatNumber(c.score, 0)}`), t(`status.${c.status}`), c.reopened > 0 ? t('reopened') : ''].filter(Boolean).join(' · ') : undefined}
    >
      {one.isPending && <RowsSkeleton rows={6} />}
      {one.isError && <ProblemNotice error={one.error} retry={() => void one.refetch()} />}
      {c && (
        <>
          {saved && <Asked saved={saved} />}
          {c.overdue && <Notice tone="warn" title={t('wasDue', { day: formatDay(c.due_at) })} />}
          {c.asked_at && c.solved === undefined && saved?.version !== c.version && <Notice tone="info" title={t(c.asked_by_letter ? 'askedLetter' : 'askedLink', { day: formatDay(c.asked_at) })} />}
          {c.solved !== undefined && <Notice tone={c.solved ? 'good' : 'warn'} title={t(c.solved ? 'saidSolved' : 'saidNotSolved')} />}
          <Panel title={t('said')}>
            <p dir="auto">{c.comment ?? t('noWords')}</p>
            {c.customer && (
              <p className={classes.small}>
                {t('customer')}: <bdi>{c.customer}</bdi>
              </p>
            )}
          </Panel>
          <Panel title={t('done')}>
            {c.notes.length === 0 && <p>{t('noNotes')}</p>}
            <ol className={classes.notes}>
              {c.notes.map((n) => (
                <li key={n.at + n.text}>
                  <p dir="auto">{n.text}</p>
                  <p className={classes.small}>
                    <bdi>{n.by}</bdi> · {formatDay(n.at)}
                  </p>
                </li>
              ))}
            </ol>
          </Panel>
          {may('actions.write') && <Work key={c.version} item={c} onSaved={setSaved} />}
        </>
      )}
    </Page>
  );
}

/** What became of asking the customer; it is said once. */
function Asked({ saved }: { saved: Schemas['Case'] }) {
  const { t } = useTranslation('cases');
  if (saved.letter) return <Notice tone={saved.letter === 'invited' ? 'good' : 'info'} title={t(`letter.${saved.letter}`)} live />;
  if (!saved.ask_link) return null;
  return (
    <Notice tone="good" title={t('askLink')} live>
      <p dir="ltr" className={classes.link}>
        {saved.ask_link}
      </p>
    </Notice>
  );
}

function Work({ item, onSaved }: { item: Schemas['Case']; onSaved: (saved: Schemas['Case']) => void }) {
  const { t, i18n } = useTranslation('cases');
  const queries = useQueryClient();
  const [owner, setOwner] = useState(item.owner);
  const [due, setDue] = useState(item.due_at);
  const [status, setStatus] = useState(item.status);
  const [reason, setReason] = useState<Schemas['CaseReason']>(item.reason ?? 'solved');
  const [note, setNote] = useState('');
  const [ask, setAsk] = useState(false);
  const [email, setEmail] = useState('');
  const [locale, setLocale] = useState<Locale>(locales.find((l) => l === i18n.language) ?? 'en');
  const save = api.useMutation('put', '/cases/{id}', {
    onSuccess: (saved) => {
      onSaved(saved);
      void queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/case') });
    },
  });
  const errors = fieldErrors(save.error);
  const send = (e: FormEvent) => {
    e.preventDefault();
    const closing = status === 'closed' && item.status !== 'closed';
    save.mutate({ params: { path: { id: item.id } }, body: { version: item.version, owner, due_at: due, status, reason: closing ? reason : undefined, note: note || undefined, ask: closing && ask ? true : undefined, email: closing && ask && email.trim() ? email.trim() : undefined, locale: closing && ask && email.trim() ? locale : undefined } });
  };
  return (
    <Panel title={t('work')}>
      <form className={classes.form} noValidate onSubmit={send}>
        {save.isError && <ProblemNotice error={save.error} />}
        <TextInput dir="auto" label={t('owner')} value={owner} error={errors.owner} onChange={(e) => setOwner(e.currentTarget.value)} />
        <DateField label={t('due')} value={due} onChange={(e) => setDue(e.currentTarget.value)} />
        <ChoiceField label={t('state')} choices={states.map((v) => ({ value: v, label: t(`status.${v}`) }))} value={status} onChoose={(v) => setStatus(states.find((s) => s === v) ?? 'open')} />
        {status === 'closed' && item.status !== 'closed' && (
          <>
            <ChoiceField label={t('why')} choices={reasons.map((v) => ({ value: v, label: t(`reason.${v}`) }))} value={reason} onChoose={(v) => setReason(reasons.find((r) => r === v) ?? 'solved')} />
            <Checkbox label={t('ask')} checked={ask} onChange={(e) => setAsk(e.currentTarget.checked)} />
            {ask && item.can_mail && (
              <>
                <TextInput dir="ltr" type="email" autoComplete="off" label={t('email')} description={t('emailHelp')} value={email} error={errors.email} onChange={(e) => setEmail(e.currentTarget.value)} />
                <ChoiceField label={t('letterIn')} choices={locales.map((v) => ({ value: v, label: t(`language.${v}`) }))} value={locale} onChoose={(v) => setLocale(locales.find((l) => l === v) ?? 'en')} />
              </>
            )}
            {ask && !item.can_mail && <p className={classes.small}>{t('linkHelp')}</p>}
          </>
        )}
        <Textarea dir="auto" label={t('note')} description={t('noteHelp')} value={note} error={errors.note} onChange={(e) => setNote(e.currentTarget.value)} />
        <div>
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
