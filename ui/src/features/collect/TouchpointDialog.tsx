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

export function TouchpointDialog({ item, onClose }: { item?: Schemas['Touchpoint']; onClose: () => void }) {
  const { t } = useTranslation('collect');
  const queries = useQueryClient();
  const teams = api.useQuery('get', '/teams');
  const [edit, setEdit] = useState<Schemas['TouchpointEdit']>(() => ({
    name: item?.name ?? '', kind: item?.kind ?? 'digital', journey: item?.journey, stage: item?.stage, owner_team_id: item?.owner_team_id, promise_minutes: item?.promise_minutes, closed: item?.closed, version: item?.version,
  }));
  const done = {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/touchpoints' || q.queryKey[1] === '/links' });
      onClose();
    },
  };
  const create = api.useMutation('post', '/touchpoints', done);
  const change = api.useMutation('put', '/touchpoints/{id}', done);
  const saving = item ? change : create;
  const errors = fieldErrors(saving.error);
  const send = (e: FormEvent) => {
    e.preventDefault();
    if (item) change.mutate({ params: { path: { id: item.id } }, body: edit });
    else create.mutate({ body: edit });
  };
  return (
    <Dialog title={item ? t('editOf', { name: item.name }) : t('places.new')} onClose={onClose}>
      <form className={classes.form} noValidate onSubmit={send}>
        {saving.isError && <ProblemNotice error={saving.error} />}
        <TextInput dir="auto" label={t('places.name')} withAsterisk data-autofocus value={edit.name} error={errors.name} onChange={(e) => setEdit({ ...edit, name: e.currentTarget.value })} />
        <ChoiceField
          label={t('places.kind')}
          choices={(['digital', 'physical'] as const).map((value) => ({ value, label: t(`places.${value}`) }))}
          value={edit.kind}
          onChoose={(kind) => setEdit({ ...edit, kind: kind === 'physical' ? 'physical' : 'digital' })}
        />
        <TextInput dir="auto" label={t('places.journeyName')} value={edit.journey ?? ''} onChange={(e) => setEdit({ ...edit, journey: e.currentTarget.value || undefined })} />
        <TextInput dir="auto" label={t('places.stage')} value={edit.stage ?? ''} onChange={(e) => setEdit({ ...edit, stage: e.currentTarget.value || undefined })} />
        <ChoiceField
          label={t('places.owner')}
          choices={[{ value: '', label: t('nobody') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: x.path.join(' › ') || x.name }))]}
          value={edit.owner_team_id ?? ''}
          error={errors.owner_team_id}
          onChoose={(id) => setEdit({ ...edit, owner_team_id: id || undefined })}
        />
        <NumberInput label={t('places.promiseLong')} min={0} value={edit.promise_minutes ?? ''} error={errors.promise_minutes} onChange={(v) => setEdit({ ...edit, promise_minutes: typeof v === 'number' ? v : undefined })} />
        <Checkbox label={t('places.closed')} checked={edit.closed ?? false} onChange={(e) => setEdit({ ...edit, closed: e.currentTarget.checked })} />
        <Button type="submit" loading={saving.isPending}>
          {t('save')}
        </Button>
      </form>
    </Dialog>
  );
}
