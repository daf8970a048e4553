import { api, type Schemas } from './client';

export type Operation = Schemas['Operation'];

/** Follows long work until it has ended; a page that is left and opened again goes on from the id. */
export function useOperation(id: string | undefined) {
  return api.useQuery('get', '/operations/{id}', { params: { path: { id: id ?? '' } } }, {
    enabled: id !== undefined,
    gcTime: 0,
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'running' ? false : 500),
  });
}
