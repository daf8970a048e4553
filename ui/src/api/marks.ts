import type { TimeMark } from '@/charts/Marks';
import { api } from './client';

/** The dated events, for the charts of a page; none while they load. */
export function useMarks(): TimeMark[] {
  const events = api.useQuery('get', '/events', {}, { staleTime: 60_000 });
  return (events.data?.items ?? []).map((e) => ({ on: e.on, until: e.until, title: e.title }));
}
