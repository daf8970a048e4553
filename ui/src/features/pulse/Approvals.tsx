import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import classes from './Pulse.module.css';

/** The people a launch would let in although they joined lately: whoever vouches for them has to read their names. */
export function NewPeople({ people }: { people: Schemas['NewPerson'][] }) {
  const { t } = useTranslation('pulse');
  return (
    <ul className={classes.list}>
      {people.map((x, i) => (
        <li key={i}>
          <bdi>{x.name}</bdi>, <bdi>{x.team}</bdi>
          <span className={classes.summary}>{t('approval.joined', { on: formatDay(x.joined_on) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Launches that wait for a second person; nothing where there are none. */
export function Approvals({ programme }: { programme: string }) {
  const { t } = useTranslation('pulse');
  const queries = useQueryClient();
  const [, go] = useLocation();
  const list = api.useQuery('get', '/programmes/{id}/launch-approvals', { params: { path: { id: programme } } });
  const decide = api.useMutation('put', '/launch-approvals/{id}', {
    onSettled: () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).includes('launch-approvals') || q.queryKey[1] === '/waves' }),
    onSuccess: (a) => {
      if (a.wave_id) go(`/waves/${a.wave_id}`);
    },
  });
  const items = list.data?.items ?? [];
  if (items.length === 0 && !decide.isError) return null;
  return (
    <Panel title={t('approval.title')} subtitle={t('approval.subtitle')}>
      {decide.isError && <ProblemNotice error={decide.error} />}
      {items.map((a) => (
        <div key={a.id} data-approval>
          <p>{t('approval.asked', { name: a.asked_by, on: formatDay(a.asked_at), title: a.title })}</p>
          <NewPeople people={a.new_people} />
          {a.mine && <p className={classes.soft}>{t('approval.mine')}</p>}
          <div className={classes.actions}>
            {!a.mine && (
              <Button size="xs" loading={decide.isPending} onClick={() => decide.mutate({ params: { path: { id: a.id } }, body: { approve: true } })}>
                {t('approval.approve')}
              </Button>
            )}
            <Button size="xs" variant="default" disabled={decide.isPending} onClick={() => decide.mutate({ params: { path: { id: a.id } }, body: { approve: false } })}>
              {t(a.mine ? 'approval.withdraw' : 'approval.decline')}
            </Button>
          </div>
        </div>
      ))}
    </Panel>
  );
}
