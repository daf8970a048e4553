import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { ChoiceField, DateField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { PageSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay, formatTime } from '@/i18n/format';
import classes from './Actions.module.css';
import { SincePanel } from './SincePanel';

type Action = Schemas['Action'];

export function ActionPage() {
  const { id } = useParams<{ id: string }>();
  const action = api.useQuery('get', '/actions/{id}', { params: { path: { id } } });
  if (action.isPending) return <PageSkeleton rows={8} />;
  if (action.isError) return <ProblemNotice error={action.error} retry={() => void action.refetch()} />;
  return <One action={action.data} />;
}

function One({ action: a }: { action: Action }) {
  const { t } = useTranslation(['actions', 'app']);
  const may = useMay();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [due, setDue] = useState(a.due_on);
  const write = may('actions.write');
  const owners = api.useQuery('get', '/action-owners', { params: { query: { team_id: a.team_id } } }, { enabled: write });
  const change = api.useMutation('put', '/actions/{id}', {
    onSuccess: async () => {
      setNote('');
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/actions') });
    },
  });
  const save = (edit: Omit<Schemas['ActionEdit'], 'version'>) => change.mutate({ params: { path: { id: a.id } }, body: { version: a.version, ...edit } });
  const people = owners.data?.items ?? [];
  return (
    <Page
      above={<Link href="/actions">{t('actions:title')}</Link>}
      title={a.title}
      lead={
        <>
          <bdi>{a.team_name ?? t('actions:everybody')}</bdi> · {t(`actions:state.${a.state}`)}
          {a.overdue && <strong className={classes.late}> · {t('actions:overdue')}</strong>}
        </>
      }
      actions={
        write && (
          <>
            {a.state === 'open' ? (
              <>
                <Button loading={change.isPending} onClick={() => save({ state: 'done' })}>{t('actions:close.done')}</Button>
                <Button variant="default" loading={change.isPending} onClick={() => save({ state: 'dropped' })}>{t('actions:close.dropped')}</Button>
              </>
            ) : (
              <Button variant="default" loading={change.isPending} onClick={() => save({ state: 'open' })}>{t('actions:close.reopen')}</Button>
            )}
          </>
        )
      }
    >
      {change.isError && <ProblemNotice error={change.error} />}
      {a.team_gone && <Notice tone="warn" title={a.heir ? t('actions:gone.heir', { heir: a.heir }) : t('actions:gone.team')} />}
      {a.owner_gone && a.state === 'open' && <Notice tone="warn" title={t('actions:gone.owner')} />}
      <SincePanel action={a} />
      <Panel title={t('actions:agreed')}>
        <dl className={classes.facts}>
          <dt>{t('actions:col.owner')}</dt>
          <dd>
            {write && people.length > 0 ? (
              <ChoiceField aria-label={t('actions:col.owner')} size="xs" choices={[...(people.some((p) => p.id === a.owner_id) ? [] : [{ value: a.owner_id, label: a.owner_name || '—' }]), ...people.map((p) => ({ value: p.id, label: p.name }))]} value={a.owner_id} onChoose={(id) => save({ owner_id: id })} />
            ) : (
              <bdi>{a.owner_name || '—'}</bdi>
            )}
          </dd>
          <dt>{t('actions:col.due')}</dt>
          <dd>
            {write && a.state === 'open' ? <DateField aria-label={t('actions:col.due')} size="xs" value={due} onChange={(e) => setDue(e.currentTarget.value)} onBlur={() => due !== '' && due !== a.due_on && save({ due_on: due })} /> : formatDay(a.due_on)}
          </dd>
          <dt>{t('actions:agreedOn')}</dt>
          <dd>{formatDay(a.agreed_on)}</dd>
          <dt>{t('actions:origin')}</dt>
          <dd>{a.origin.path ? <Link href={a.origin.path}>{t(`actions:from.${a.origin.from}`)}</Link> : t(`actions:from.${a.origin.from}`)}</dd>
        </dl>
      </Panel>
      <Panel title={t('actions:notes')}>
        {a.notes.length > 0 && (
          <ol className={classes.notes}>
            {a.notes.map((n, i) => (
              <li key={i}>
                <bdi>{n.text}</bdi>
                <span className={classes.sub}>
                  <bdi>{n.by}</bdi> · {formatTime(n.at)}
                </span>
              </li>
            ))}
          </ol>
        )}
        {write && (
          <form
            className={classes.form}
            onSubmit={(e) => {
              e.preventDefault();
              if (note.trim() !== '') save({ note });
            }}
          >
            <Textarea dir="auto" autosize minRows={2} maxRows={8} label={t('actions:addNote')} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
            <div>
              <Button type="submit" variant="default" disabled={note.trim() === ''} loading={change.isPending}>
                {t('app:save')}
              </Button>
            </div>
          </form>
        )}
      </Panel>
    </Page>
  );
}
