import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { ChevronIcon } from '@/components/icons';
import { Table } from '@/components/Table';
import { formatCount, formatDay } from '@/i18n/format';
import { currentLocale } from '@/i18n/locale-now';
import classes from './Teams.module.css';
import { inTreeOrder, visible, type Team } from './tree';

const PAGE = 300;

export function TeamsTable({ teams, search, onOpen }: { teams: Team[]; search: string; onOpen: (id: string) => void }) {
  const { t } = useTranslation(['org', 'app']);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [limit, setLimit] = useState(PAGE);
  const locale = currentLocale();
  const ordered = useMemo(() => inTreeOrder(teams, locale), [teams, locale]);
  const byId = useMemo(() => new Map(teams.map((team) => [team.id, team])), [teams]);
  const shown = visible(ordered, folded, search);
  const fold = (id: string) => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
  };
  if (shown.length === 0) return <p className={classes.more}>{t('teams.nothing')}</p>;
  return (
    <>
      <Table caption={t('teams.caption')}>
        <thead>
          <tr>
            <th scope="col">{t('teams.name')}</th>
            <th scope="col" data-num>
              {t('teams.employees')}
            </th>
            <th scope="col">{t('teams.leads')}</th>
            <th scope="col">{t('teams.since')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, limit).map((team) => (
            <tr key={team.id}>
              <th scope="row">
                <span className={classes.name} style={{ paddingInlineStart: team.depth * 22 }}>
                  {team.leaf ? (
                    <span className={classes.noFold} />
                  ) : (
                    <button className={classes.fold} aria-expanded={!folded.has(team.id)} aria-label={team.name} onClick={() => fold(team.id)}>
                      <ChevronIcon />
                    </button>
                  )}
                  <button className={classes.link} data-team={team.id} onClick={() => onOpen(team.id)}>
                    <bdi>{team.name}</bdi>
                  </button>
                  {team.closed_on && <span className={classes.ended}>· {ending(team)}</span>}
                </span>
              </th>
              <td data-num>{team.employees !== undefined && <Bdi>{formatCount(team.employees)}</Bdi>}</td>
              <td className={classes.day}>
                <bdi>{team.lead_names?.join(', ')}</bdi>
              </td>
              <td className={classes.day}>{formatDay(team.created_on)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {shown.length > limit && (
        <div className={classes.more}>
          <Button variant="default" size="xs" onClick={() => setLimit(limit + PAGE)}>
            {t('app:more')}
          </Button>
        </div>
      )}
    </>
  );

  function ending(team: Team): string {
    const into = team.merged_into_id ? byId.get(team.merged_into_id) : undefined;
    return into ? t('teams.mergedInto', { team: into.name }) : t('teams.closed', { on: formatDay(team.closed_on ?? '') });
  }
}
