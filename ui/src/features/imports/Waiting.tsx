import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { ChoiceField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount } from '@/i18n/format';
import classes from './Waiting.module.css';

const shown = 12;

/** Feedback and orders that wait because no team answers to the name their source uses: say which team is meant, or create it. */
export function Waiting() {
  const { t } = useTranslation('imports');
  const may = useMay();
  const waiting = api.useQuery('get', '/imports-waiting', {}, { enabled: may('import.cx'), retry: false });
  const items = waiting.data?.items ?? [];
  if (items.length === 0) return null;
  const total = items.reduce((sum, item) => sum + item.count, 0);
  const names = [...new Set(items.map((item) => item.name))];
  return (
    <Notice tone="warn" title={t('waiting.title', { count: total, rows: formatCount(total) })} actions={may('teams.read') && <ButtonLink href="/teams" variant="default">{t('waiting.teams')}</ButtonLink>}>
      <p>{t('waiting.body')}</p>
      <ul className={classes.list}>
        {names.slice(0, shown).map((name) => (
          <li key={name}>
            <bdi>{name || t('waiting.nameless')}</bdi> · {formatCount(items.filter((item) => item.name === name).reduce((sum, item) => sum + item.count, 0))}
            {name && <Meaning name={name} />}
          </li>
        ))}
        {names.length > shown && <li>{t('waiting.more', { more: formatCount(names.length - shown) })}</li>}
      </ul>
    </Notice>
  );
}

/** Says which team a name means; what waits counts for it at once, and so does what comes later. */
function Meaning({ name }: { name: string }) {
  const { t } = useTranslation('imports');
  const queries = useQueryClient();
  const teams = api.useQuery('get', '/teams');
  const [team, setTeam] = useState('');
  const map = api.useMutation('post', '/team-names', { onSuccess: () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/imports-waiting' || q.queryKey[1] === '/data-health' }) });
  const choices = [{ value: '', label: t('waiting.choose') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: x.path.join(' › ') || x.name }))];
  return (
    <div className={classes.meaning}>
      <ChoiceField size="xs" aria-label={t('waiting.means', { name })} choices={choices} value={team} onChoose={setTeam} />
      <Button size="xs" variant="default" disabled={!team} loading={map.isPending} aria-label={t('waiting.mapOf', { name })} onClick={() => map.mutate({ body: { name, team_id: team } })}>
        {t('waiting.map')}
      </Button>
      {map.isError && <ProblemNotice error={map.error} />}
    </div>
  );
}
