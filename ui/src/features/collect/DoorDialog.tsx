import { Button, Checkbox, JsonInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Collect.module.css';

const start = { kind: 'feedback', source_id: ['id'], team: 'team', score_type: 'nps', relation: 'transactional', columns: { answered_at: 'answered_at', score: 'score', comment: 'comment' } };

function read(text: string): Schemas['Mapping'] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'kind' in value ? (value as Schemas['Mapping']) : undefined;
  } catch {
    return undefined;
  }
}

/** A door that stands: what it is, and as it is now. */
export type Door = { door: 'webhook'; now: Schemas['Hook'] } | { door: 'fetch'; now: Schemas['Feed'] };

/** Adds or changes a webhook or a place to fetch from, by a mapping that was used before or one written by hand. */
export function DoorDialog({ item, folder, onSecret, onClose }: { item?: Door; folder: string; onSecret: (secret: string) => void; onClose: () => void }) {
  const { t } = useTranslation('collect');
  const queries = useQueryClient();
  const remembered = api.useQuery('get', '/mappings');
  const [door, setDoor] = useState<'webhook' | 'fetch'>(item?.door ?? 'fetch');
  const [name, setName] = useState(item?.now.name ?? '');
  const [from, setFrom] = useState(item?.door === 'fetch' ? item.now.from : '');
  const [closed, setClosed] = useState(item?.now.closed ?? false);
  const [text, setText] = useState(JSON.stringify(item?.now.mapping ?? start, null, 2));
  const fresh = () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/hooks' || q.queryKey[1] === '/feeds' });
  const done = {
    onSuccess: async () => {
      await fresh();
      onClose();
    },
  };
  const changeHook = api.useMutation('put', '/hooks/{id}', done);
  const changeFeed = api.useMutation('put', '/feeds/{id}', done);
  const hook = api.useMutation('post', '/hooks', {
    onSuccess: async (made) => {
      onSecret(made.secret);
      await fresh();
      onClose();
    },
  });
  const feed = api.useMutation('post', '/feeds', done);
  const saving = item ? (door === 'webhook' ? changeHook : changeFeed) : door === 'webhook' ? hook : feed;
  const errors = fieldErrors(saving.error);
  const mapping = read(text);
  const usable = (remembered.data?.items ?? []).filter((m) => m.kind === 'feedback' || m.kind === 'orders');
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (!mapping) return;
    const own = { ...mapping, create_teams: false };
    const edit = { name, mapping: own, closed, version: item?.now.version };
    if (item?.door === 'webhook') changeHook.mutate({ params: { path: { id: item.now.id } }, body: edit });
    else if (item) changeFeed.mutate({ params: { path: { id: item.now.id } }, body: { ...edit, from } });
    else if (door === 'webhook') hook.mutate({ body: { name, mapping: own } });
    else feed.mutate({ body: { name, from, mapping: own } });
  };
  return (
    <Dialog title={item ? t('editOf', { name: item.now.name }) : t('doors.new')} onClose={onClose} size="lg">
      <form className={classes.form} noValidate onSubmit={send}>
        {saving.isError && <ProblemNotice error={saving.error} />}
        {!item && (
          <ChoiceField label={t('health.door')} choices={(['fetch', 'webhook'] as const).map((value) => ({ value, label: t(`door.${value}`) }))} value={door} onChoose={(v) => setDoor(v === 'webhook' ? 'webhook' : 'fetch')} />
        )}
        <TextInput dir="auto" label={t('doors.name')} withAsterisk data-autofocus value={name} error={errors.name} onChange={(e) => setName(e.currentTarget.value)} />
        {door === 'fetch' && (
          <TextInput dir="ltr" label={t('doors.from')} description={folder ? t('doors.fromFolder', { folder }) : t('doors.fromHttps')} withAsterisk value={from} error={errors.from} onChange={(e) => setFrom(e.currentTarget.value)} />
        )}
        {usable.length > 0 && (
          <ChoiceField
            label={t('doors.remembered')}
            choices={[{ value: '', label: t('doors.own') }, ...usable.map((m, i) => ({ value: String(i), label: m.name ?? `${t(m.kind === 'orders' ? 'kind.orders' : 'kind.feedback')}: ${Object.values(m.columns ?? {}).join(', ')}` }))]}
            value=""
            onChoose={(i) => setText(JSON.stringify(usable[Number(i)] ?? start, null, 2))}
          />
        )}
        <JsonInput dir="ltr" label={t('doors.mapping')} description={t('doors.mappingHelp')} autosize minRows={6} maxRows={16} value={text} error={mapping ? undefined : t('doors.mappingBad')} onChange={setText} />
        {item && <Checkbox label={t(door === 'webhook' ? 'doors.closedHook' : 'doors.closedFeed')} checked={closed} onChange={(e) => setClosed(e.currentTarget.checked)} />}
        <Button type="submit" loading={saving.isPending} disabled={!mapping}>
          {t('save')}
        </Button>
      </form>
    </Dialog>
  );
}
