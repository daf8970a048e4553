import { useMemo } from 'react';
import { api } from '@/api/client';
import type { Team } from '../tree';

/** Teams by id, closed ones included: people who have left belonged to some team as well. */
export function useTeamNames(): { teams: Team[]; nameOf: (id: string) => string } {
  const { data } = api.useQuery('get', '/teams', { params: { query: { closed: true } } });
  return useMemo(() => {
    const teams = data?.items ?? [];
    const names = new Map(teams.map((team) => [team.id, team.name]));
    return { teams, nameOf: (id) => names.get(id) ?? '' };
  }, [data]);
}
