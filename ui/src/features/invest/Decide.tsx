import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { AgreeLink } from '@/components/AgreeLink';
import { Dialog } from '@/components/Dialog';
import { DateField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Invest.module.css';

type Proposal = Schemas['Proposal'];

const ahead = (months: number) => {
  const d = new Date();
  return new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + months, 1)).toISOString().slice(0, 10);
};

/** What is decided about a proposal: close or open a round, put aside, accept, withdraw. */
export function Decide({ proposal: p }: { proposal: Proposal }) {
  const { t } = useTranslation('invest');
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [dialog, setDialog] = useState<'park' | 'accept' | 'withdraw'>();
  const fresh = () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/proposals') });
  const rank = api.useMutation('post', '/proposal-rankings', {});
  const changed = { onSuccess: async () => { setDialog(undefined); rank.mutate({}); await fresh(); } };
  const round = api.useMutation('put', '/proposals/{id}/round', changed);
  const park = api.useMutation('put', '/proposals/{id}/parking', changed);
  const withdraw = api.useMutation('post', '/proposals/{id}/withdrawal', changed);
  const accept = api.useMutation('post', '/proposals/{id}/acceptance', {
    onSuccess: async (done) => {
      await fresh();
      if (done.initiative) go(`/initiatives/${done.initiative}`);
    },
  });
  const path = { params: { path: { id: p.id } } };
  const version = p.version;
  const open = p.state === 'estimating';
  return (
    <Panel title={t('decide.title')}>
      <div className={classes.bar}>
        {!open && <Button onClick={() => setDialog('accept')}>{t('decide.accept')}</Button>}
        <Button variant={open ? 'filled' : 'default'} loading={round.isPending} onClick={() => round.mutate({ ...path, body: { version, open: !open } })}>
          {t(open ? 'decide.close' : 'decide.reopen')}
        </Button>
        {!open && <AgreeLink from="proposal" of={p.id} version={version} metric={p.metric.id} metricName={p.metric.name} team={p.idea.team_id} title={p.idea.name} label={t('decide.acceptAction')} />}
        {p.parked_until ? (
          <Button variant="default" loading={park.isPending} onClick={() => park.mutate({ ...path, body: { version } })}>
            {t('decide.unpark')}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setDialog('park')}>
            {t('decide.park')}
          </Button>
        )}
        <Button variant="default" onClick={() => setDialog('withdraw')}>
          {t('decide.withdraw')}
        </Button>
      </div>
      {round.isError && <ProblemNotice error={round.error} />}
      {park.isError && !dialog && <ProblemNotice error={park.error} />}
      {dialog === 'park' && <Ask title={t('decide.park')} help={t('decide.parkHelp')} dates={[['until', t('decide.until'), ahead(6)]]} reason saving={park.isPending} error={park.error} onClose={() => setDialog(undefined)} onSave={(v) => park.mutate({ ...path, body: { version, until: v.until, reason: v.reason } })} />}
      {dialog === 'accept' && (
        <Ask
          title={t('decide.accept')}
          help={t('decide.acceptHelp')}
          dates={[['from', t('decide.from'), ahead(1)], ['until', t('decide.to'), ahead(13)]]}
          saving={accept.isPending}
          error={accept.error}
          onClose={() => setDialog(undefined)}
          onSave={(v) => accept.mutate({ ...path, body: { version, starts_on: v.from ?? '', ends_on: v.until ?? '' } })}
        />
      )}
      {dialog === 'withdraw' && <Ask title={t('decide.withdraw')} help={t('decide.withdrawHelp')} dates={[]} saving={withdraw.isPending} error={withdraw.error} onClose={() => setDialog(undefined)} onSave={() => withdraw.mutate({ ...path, body: { version } })} />}
    </Panel>
  );
}

interface AskProps {
  title: string;
  help: string;
  /** Name, label and first value of each day that is asked for. */
  dates: [string, string, string][];
  reason?: boolean;
  saving: boolean;
  error: unknown;
  onClose: () => void;
  onSave: (values: Record<string, string>) => void;
}

function Ask({ title, help, dates, reason, saving, error, onClose, onSave }: AskProps) {
  const { t } = useTranslation('invest');
  const [values, setValues] = useState<Record<string, string>>(Object.fromEntries(dates.map(([name, , first]) => [name, first])));
  const whole = dates.every(([name]) => values[name]) && (!reason || values.reason?.trim());
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button loading={saving} disabled={!whole} onClick={() => onSave(values)}>
          {title}
        </Button>
      }
    >
      <div className={classes.form}>
        <p>{help}</p>
        {dates.map(([name, label]) => (
          <DateField key={name} label={label} value={values[name] ?? ''} onChange={(e) => setValues({ ...values, [name]: e.currentTarget.value })} />
        ))}
        {reason && <Textarea dir="auto" label={t('decide.reason')} value={values.reason ?? ''} onChange={(e) => setValues({ ...values, reason: e.currentTarget.value })} />}
        {error ? <ProblemNotice error={error} /> : null}
      </div>
    </Dialog>
  );
}
