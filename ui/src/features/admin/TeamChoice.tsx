import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import classes from './Access.module.css';

interface Props {
  teams: Schemas['Team'][];
  chosen: string[];
  onChange: (ids: string[]) => void;
  error?: string;
}

const MOST = 60;

/** The subtrees a lead sees: those chosen first, then what the search finds. */
export function TeamChoice({ teams, chosen, onChange, error }: Props) {
  const { t } = useTranslation('admin');
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLocaleLowerCase();
  const hit = (team: Schemas['Team']) => wanted === '' || team.name.toLocaleLowerCase().includes(wanted);
  const shown = [...teams.filter((x) => chosen.includes(x.id)), ...teams.filter((x) => !chosen.includes(x.id) && hit(x)).slice(0, MOST)];
  const toggle = (id: string) => onChange(chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]);
  return (
    <fieldset className={classes.choices}>
      <legend className={classes.legend}>{t('form.teams')}</legend>
      <TextInput size="xs" type="search" aria-label={t('form.teamsFind')} placeholder={t('form.teamsFind')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} error={error} />
      <div className={classes.teams}>
        {shown.map((team) => (
          <Checkbox key={team.id} label={<bdi>{team.path.length > 0 ? team.path.join(' › ') : team.name}</bdi>} checked={chosen.includes(team.id)} onChange={() => toggle(team.id)} />
        ))}
      </div>
    </fieldset>
  );
}
