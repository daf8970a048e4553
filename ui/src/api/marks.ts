import { api } from './client';

/** Something dated that happened outside the figures; charts with a time axis show it. */
export interface Mark {
  on: string;
  until?: string;
  title: string;
}

/** The dated events, for the charts of a page; none while they load. */
export function useMarks(): Mark[] {
  const events = api.useQuery('get', '/events', {}, { staleTime: 60_000 });
  return (events.data?.items ?? []).map((e) => ({ on: e.on, until: e.until, title: e.title }));
}
