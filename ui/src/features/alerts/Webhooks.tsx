import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatTime } from '@/i18n/format';
import classes from './Alerts.module.css';

type Hook = Schemas['Webhook'];
const kinds: Schemas['AlertKind'][] = ['change', 'link_lost', 'action_overdue', 'case_overdue', 'job_failed'];

/** Addresses that alerts are posted to, signed. */
export function Webhooks() {
  const { t } = useTranslation('alerts');
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/webhooks' });
  const hooks = api.useQuery('get', '/webhooks', {});
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const ping = api.useMutation('post', '/webhooks/{id}/pings', { onSettled: again });
  const drop = api.useMutation('delete', '/webhooks/{id}', { onSuccess: again });
  const change = api.useMutation('put', '/webhooks/{id}', {
    onSuccess: async (done) => {
      setSecret(done.secret);
      await again();
    },
  });
  const problem = ping.error ?? drop.error ?? change.error ?? hooks.error;
  const edit = (h: Hook, more: Partial<Schemas['WebhookEdit']>) => change.mutate({ params: { path: { id: h.id } }, body: { url: h.url, kinds: h.kinds, active: h.active, ...more } });
  const items = hooks.data?.items ?? [];
  return (
    <Panel title={t('hooks.title')} subtitle={t('hooks.subtitle')} actions={<Button size="xs" variant="default" onClick={() => setAdding(true)}>{t('hooks.add')}</Button>} flush>
      {problem && <ProblemNotice error={problem} />}
      {ping.isSuccess && <Notice tone="good" title={t('hooks.pinged')} live />}
      {secret && (
        <Notice tone="info" title={t('hooks.secret')} live>
          <code dir="ltr" className={classes.url}>
            {secret}
          </code>
          <p>{t('hooks.check')}</p>
        </Notice>
      )}
      <ul className={classes.list}>
        {items.map((h) => (
          <li key={h.id} className={classes.item} data-read={!h.active}>
            <span className={classes.dot} aria-hidden />
            <div>
              <bdi dir="ltr" className={classes.url}>
                {h.url}
              </bdi>
              <span className={classes.sub}>
                {h.active ? h.kinds.map((k) => t(`kind.${k}`)).join(', ') : t('hooks.off')}
                {h.last_at && ` · ${formatTime(h.last_at)}: ${h.last_error ?? t('hooks.taken')}`}
              </span>
              <div className={classes.actions}>
                <Button size="xs" variant="default" loading={ping.isPending} onClick={() => ping.mutate({ params: { path: { id: h.id } } })}>
                  {t('hooks.ping')}
                </Button>
                <Button size="xs" variant="default" onClick={() => edit(h, { rotate: true })}>
                  {t('hooks.rotate')}
                </Button>
                <Button size="xs" variant="default" onClick={() => edit(h, { active: !h.active })}>
                  {t(h.active ? 'hooks.turnOff' : 'hooks.turnOn')}
                </Button>
                <Button size="xs" variant="default" onClick={() => drop.mutate({ params: { path: { id: h.id } } })}>
                  {t('hooks.remove')}
                </Button>
              </div>
            </div>
          </li>
        ))}
        {items.length === 0 && <li className={classes.item}>{t('hooks.none')}</li>}
      </ul>
      {adding && (
        <Add
          onClose={() => setAdding(false)}
          onAdded={(s) => {
            setSecret(s);
            setAdding(false);
            void again();
          }}
        />
      )}
    </Panel>
  );
}

function Add({ onClose, onAdded }: { onClose: () => void; onAdded: (secret?: string) => void }) {
  const { t } = useTranslation(['alerts', 'app']);
  const [url, setUrl] = useState('');
  const [chosen, setChosen] = useState(kinds);
  const create = api.useMutation('post', '/webhooks', { onSuccess: (done) => onAdded(done.secret) });
  const errors = fieldErrors(create.error);
  return (
    <Dialog title={t('alerts:hooks.add')} onClose={onClose}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          create.mutate({ body: { url: url.trim(), kinds: chosen, active: true } });
        }}
      >
        {create.isError && !errors.url && <ProblemNotice error={create.error} />}
        <TextInput dir="ltr" type="url" label={t('alerts:hooks.url')} placeholder="https://" data-autofocus value={url} onChange={(e) => setUrl(e.currentTarget.value)} error={errors.url} />
        <fieldset className={classes.kinds}>
          <legend>{t('alerts:rules.rule')}</legend>
          {kinds.map((k) => (
            <Checkbox key={k} label={t(`alerts:kind.${k}`)} checked={chosen.includes(k)} onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, k] : chosen.filter((x) => x !== k))} />
          ))}
        </fieldset>
        <Button type="submit" loading={create.isPending}>
          {t('app:save')}
        </Button>
      </form>
    </Dialog>
  );
}
