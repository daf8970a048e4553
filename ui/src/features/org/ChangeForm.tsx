import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { ChoiceField, DateField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Teams.module.css';
import { pathName, type Team } from './tree';

export type ChangeKind = Schemas['TeamChange']['kind'];

interface Props {
  team: Team;
  kind: ChangeKind;
  teams: Team[];
  onDone: () => void;
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

export function ChangeForm({ team, kind, teams, onDone }: Props) {
  const { t } = useTranslation(['org', 'app']);
  const queries = useQueryClient();
  const [on, setOn] = useState(today);
  const [name, setName] = useState(team.name);
  const [other, setOther] = useState('');
  const [tried, setTried] = useState(false);
  const save = api.useMutation('put', '/teams/{id}', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/teams') });
      onDone();
    },
  });
  const errors = fieldErrors(save.error);
  const open = teams.filter((other) => other.id !== team.id && !other.closed_on);
  // A team cannot move below itself.
  const below = (candidate: Team) => candidate.path.slice(0, team.path.length).join('\u0000') === team.path.join('\u0000');
  const places = kind === 'move' ? open.filter((candidate) => !below(candidate)) : open;
  const invalid = (kind === 'rename' && name.trim() === '') || (kind === 'merge' && other === '');

  const submit = () => {
    setTried(true);
    if (invalid) return;
    const body: Schemas['TeamChange'] = { kind, on };
    if (kind === 'rename') body.name = name.trim();
    if (kind === 'move') body.parent_id = other;
    if (kind === 'merge') body.into_id = other;
    save.mutate({ params: { path: { id: team.id } }, body });
  };
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p style={{ margin: 0 }}>{t(`change.what.${kind}`)}</p>
      {save.isError && <ProblemNotice error={save.error} />}
      {kind === 'rename' && (
        <TextInput dir="auto" label={t('change.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={tried && invalid ? t('required') : errors.name} data-autofocus />
      )}
      {(kind === 'move' || kind === 'merge') && (
        <ChoiceField
          label={kind === 'move' ? t('change.parent') : t('change.into')}
          choices={[{ value: '', label: kind === 'move' ? t('new.noParent') : '—' }, ...places.map((p) => ({ value: p.id, label: pathName(p) }))]}
          value={other}
          onChoose={setOther}
          error={tried && invalid ? t('change.choose') : (errors.parent_id ?? errors.into_id)}
        />
      )}
      <DateField label={t('change.on')} value={on} onChange={(e) => setOn(e.currentTarget.value)} error={errors.on} />
      <div className={classes.tools} style={{ marginBlockEnd: 0 }}>
        <Button variant="default" onClick={onDone}>
          {t('app:cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t(`change.${kind}`)}
        </Button>
      </div>
    </form>
  );
}
