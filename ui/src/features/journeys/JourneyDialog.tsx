import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { Dialog } from '@/components/Dialog';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Journeys.module.css';

/** A journey's name and the order of its stages, one on each line. */
export function JourneyDialog({ item, onClose }: { item?: Schemas['Journey']; onClose: () => void }) {
  const { t } = useTranslation('journeys');
  const queries = useQueryClient();
  const [name, setName] = useState(item?.name ?? '');
  const [stages, setStages] = useState((item?.stages ?? []).join('\n'));
  const [closed, setClosed] = useState(item?.closed ?? false);
  const done = {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/journey-map' || q.queryKey[1] === '/journeys' });
      onClose();
    },
  };
  const create = api.useMutation('post', '/journeys', done);
  const change = api.useMutation('put', '/journeys/{id}', done);
  const saving = item?.id ? change : create;
  const errors = fieldErrors(saving.error);
  const send = (e: FormEvent) => {
    e.preventDefault();
    const body = { name, closed, stages: stages.split('\n').map((s) => s.trim()).filter(Boolean), version: item?.version };
    if (item?.id) change.mutate({ params: { path: { id: item.id } }, body });
    else create.mutate({ body: { ...body, version: undefined } });
  };
  return (
    <Dialog title={item ? t('journey.editOf', { name: item.name }) : t('journey.new')} onClose={onClose}>
      <form className={classes.form} noValidate onSubmit={send}>
        {saving.isError && <ProblemNotice error={saving.error} />}
        <TextInput dir="auto" label={t('journey.name')} data-autofocus value={name} error={errors.name} onChange={(e) => setName(e.currentTarget.value)} />
        <Textarea dir="auto" autosize minRows={4} label={t('journey.stages')} description={t('journey.stagesHelp')} value={stages} error={errors.stages} onChange={(e) => setStages(e.currentTarget.value)} />
        {item?.id && <Checkbox label={t('journey.closed')} checked={closed} onChange={(e) => setClosed(e.currentTarget.checked)} />}
        <Button type="submit" loading={saving.isPending}>
          {t('save')}
        </Button>
      </form>
    </Dialog>
  );
}
