import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Collect.module.css';

type Edit = Schemas['LinkEdit'];
const scores = ['nps', 'csat', 'ces'] as const;
const orders = ['placed', 'delivered'] as const;
const languages = ['en', 'he', 'pl'] as const;
const asked = ['emotion', 'expected', 'comment'] as const;
const rest: Schemas['InviteRule'] = { share: 0, rest_days: 90, delay_hours: 24, expires_days: 14 };

function editOf(item?: Schemas['Link'], place = ''): Edit {
  if (!item) return { name: '', touchpoint_id: place, score_type: 'nps', languages: ['en', 'he', 'pl'], emotion: true, expected: true, comment: true, invite: rest };
  const { name, touchpoint_id, team_id, score_type, relation, population, question, emotion, expected, comment, origins, closed, invite, version } = item;
  return { name, touchpoint_id, team_id, score_type, relation, population, question, emotion, expected, comment, origins, closed, invite, version, languages: languages.filter((l) => item.languages.includes(l)) };
}

export function LinkDialog({ item, places, onClose }: { item?: Schemas['Link']; places: Schemas['Touchpoint'][]; onClose: () => void }) {
  const { t } = useTranslation('collect');
  const queries = useQueryClient();
  const teams = api.useQuery('get', '/teams');
  const [edit, setEdit] = useState(() => editOf(item, places[0]?.id));
  const done = {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/links' });
      onClose();
    },
  };
  const create = api.useMutation('post', '/links', done);
  const change = api.useMutation('put', '/links/{id}', done);
  const saving = item ? change : create;
  const errors = fieldErrors(saving.error);
  const invite = edit.invite ?? rest;
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (item) change.mutate({ params: { path: { id: item.id } }, body: edit });
    else create.mutate({ body: edit });
  };
  return (
    <Dialog title={item ? t('editOf', { name: item.name }) : t('links.new')} onClose={onClose}>
      <form className={classes.form} noValidate onSubmit={send}>
        {saving.isError && <ProblemNotice error={saving.error} />}
        <TextInput dir="auto" label={t('links.name')} withAsterisk data-autofocus value={edit.name} error={errors.name} onChange={(e) => setEdit({ ...edit, name: e.currentTarget.value })} />
        <ChoiceField label={t('links.about')} choices={places.map((p) => ({ value: p.id, label: p.name }))} value={edit.touchpoint_id} error={errors.touchpoint_id} onChoose={(id) => setEdit({ ...edit, touchpoint_id: id })} />
        <ChoiceField
          label={t('links.team')}
          description={t('links.teamHelp')}
          choices={[{ value: '', label: t('nobody') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: x.path.join(' › ') || x.name }))]}
          value={edit.team_id ?? ''}
          error={errors.team_id}
          onChoose={(id) => setEdit({ ...edit, team_id: id || undefined })}
        />
        <ChoiceField
          label={t('links.population')}
          description={t('links.populationHelp')}
          choices={(['customer', 'partner'] as const).map((value) => ({ value, label: t(`links.${value}`) }))}
          value={edit.population ?? 'customer'}
          onChoose={(v) => setEdit({ ...edit, population: v === 'partner' ? 'partner' : 'customer' })}
        />
        <ChoiceField
          label={t('links.score')}
          choices={[{ value: '', label: t('links.noScore') }, ...scores.map((value) => ({ value, label: t(`links.${value}`) }))]}
          value={edit.score_type ?? ''}
          error={errors.score_type}
          onChoose={(v) => setEdit({ ...edit, score_type: scores.find((s) => s === v) })}
        />
        {asked.map((what) => (
          <Checkbox key={what} label={t(`links.${what}`)} checked={edit[what] ?? false} onChange={(e) => setEdit({ ...edit, [what]: e.currentTarget.checked })} />
        ))}
        <Checkbox.Group label={t('links.languages')} value={edit.languages} error={errors.languages} onChange={(v) => setEdit({ ...edit, languages: languages.filter((l) => v.includes(l)) })}>
          <div className={classes.choices}>
            {languages.map((l) => (
              <Checkbox key={l} value={l} label={t(`links.language.${l}`)} />
            ))}
          </div>
        </Checkbox.Group>
        <TextInput
          dir="ltr"
          label={t('links.origins')}
          description={t('links.originsHelp')}
          value={(edit.origins ?? []).join(' ')}
          onChange={(e) => setEdit({ ...edit, origins: e.currentTarget.value === '' ? [] : e.currentTarget.value.split(' ') })}
        />
        <NumberInput label={t('links.share')} description={t('links.shareHelp')} min={0} max={100} value={Math.round(invite.share * 100)} onChange={(v) => setEdit({ ...edit, invite: { ...invite, share: typeof v === 'number' ? v / 100 : 0 } })} />
        <ChoiceField
          label={t('links.orders')}
          description={t('links.ordersHelp')}
          choices={[{ value: '', label: t('links.ordersNone') }, ...orders.map((value) => ({ value, label: t(`links.orders_${value}`) }))]}
          value={invite.orders ?? ''}
          onChoose={(v) => setEdit({ ...edit, invite: { ...invite, orders: orders.find((o) => o === v) } })}
        />
        <NumberInput label={t('links.rest')} min={0} max={730} value={invite.rest_days} onChange={(v) => setEdit({ ...edit, invite: { ...invite, rest_days: typeof v === 'number' ? v : 0 } })} />
        <Checkbox label={t('links.closed')} checked={edit.closed ?? false} onChange={(e) => setEdit({ ...edit, closed: e.currentTarget.checked })} />
        <Button type="submit" loading={saving.isPending}>
          {t('save')}
        </Button>
      </form>
    </Dialog>
  );
}
