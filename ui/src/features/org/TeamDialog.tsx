import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Dialog } from '@/components/Dialog';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import { ChangeForm, type ChangeKind } from './ChangeForm';
import classes from './Teams.module.css';
import type { Team } from './tree';

const kinds: readonly ChangeKind[] = ['rename', 'move', 'merge', 'close'];

/** One team with its history, and the four ways it can change from a date on. */
export function TeamDialog({ id, teams, onClose }: { id: string; teams: Team[]; onClose: () => void }) {
  const { t } = useTranslation(['org', 'app']);
  const may = useMay();
  const [kind, setKind] = useState<ChangeKind>();
  const detail = api.useQuery('get', '/teams/{id}', { params: { path: { id } } });
  const team = detail.data?.team;
  const title = team ? (kind ? t(`change.title.${kind}`, { team: team.name }) : team.name) : t('app:loading');
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      {detail.isPending && <RowsSkeleton rows={4} />}
      {detail.isError && <ProblemNotice error={detail.error} retry={() => void detail.refetch()} />}
      {detail.data && kind && <ChangeForm team={detail.data.team} kind={kind} teams={teams} onDone={() => setKind(undefined)} />}
      {detail.data && !kind && (
        <>
          <dl className={classes.facts}>
            <dt>{t('team.path')}</dt>
            <dd>
              <bdi>{detail.data.team.path.join(' › ')}</bdi>
            </dd>
            {detail.data.team.external_id && (
              <>
                <dt>{t('team.id')}</dt>
                <dd>
                  <bdi>{detail.data.team.external_id}</bdi>
                </dd>
              </>
            )}
          </dl>
          <h3>{t('team.history')}</h3>
          <History events={detail.data.history} />
          {may('teams.write') && !detail.data.team.closed_on && (
            <div className={classes.tools} style={{ marginBlockStart: 18 }}>
              {kinds.map((k) => (
                <Button key={k} variant="default" size="xs" onClick={() => setKind(k)}>
                  {t(`change.${k}`)}
                </Button>
              ))}
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}

function History({ events }: { events: Schemas['TeamEvent'][] }) {
  const { t } = useTranslation('org');
  return (
    <ol className={classes.history}>
      {events.map((event, i) => (
        <li key={i}>
          <span className={classes.when}>{formatDay(event.on)}</span>
          {t(`team.event.${event.kind}`, { from: event.from || t('team.top'), to: event.to || t('team.top') })}
        </li>
      ))}
    </ol>
  );
}
