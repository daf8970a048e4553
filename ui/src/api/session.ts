import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from './client';

export type Session = Schemas['Session'];
export type Role = Schemas['Role'];

/** What a role may do; the server decides, the page only leaves out what would be refused. */
export type Permission =
  | 'teams.read' | 'teams.write' | 'people.read' | 'people.write' | 'metrics.read' | 'metrics.write' | 'import.ex' | 'import.cx'
  | 'actions.read' | 'actions.write'
  | 'import.other' | 'pulses.read' | 'pulses.run' | 'findings.read' | 'runs.start' | 'ledger.read' | 'ledger.write' | 'ledger.approve' | 'finance.set' | 'reports.approve' | 'goals.write' | 'barriers.write'
  | 'proposals.read' | 'proposals.write' | 'proposals.decide' | 'jobs.read' | 'jobs.run' | 'audit.read' | 'users.manage' | 'feed.write' | 'subscriptions.others';

export const sessionQuery = api.queryOptions('get', '/session', {}, { staleTime: 60_000 });
export const sessionKey = sessionQuery.queryKey;

export function useSession() {
  return useQuery(sessionQuery);
}

export function useMay(): (permission: Permission) => boolean {
  const { data } = useSession();
  return (permission) => data?.permissions?.includes(permission) ?? false;
}

/** Takes over a session the server has just answered with, and forgets everything another person may have loaded. */
export function useEnter(): (session: Session) => void {
  const queries = useQueryClient();
  return (session) => {
    queries.removeQueries({ predicate: (query) => query.queryKey[1] !== '/session' });
    queries.setQueryData(sessionKey, session);
  };
}
