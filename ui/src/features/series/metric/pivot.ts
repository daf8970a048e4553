import type { Schemas } from '@/api/client';

export type Value = Schemas['Value'];

export interface Pivot {
  periods: string[];
  rows: { team: string; at: Map<string, Value> }[];
  /** Decimals that all figures share, so that their points stand below one another. */
  decimals: number;
}

/** Figures by team (down) and the newest periods (across); period names sort as text within one grain. */
export function pivot(values: readonly Value[], most: number): Pivot {
  const all = [...new Set(values.map((v) => v.period))].sort();
  const periods = all.slice(-most);
  const rows = new Map<string, Map<string, Value>>();
  for (const value of values) {
    const at = rows.get(value.team_id) ?? new Map<string, Value>();
    at.set(value.period, value);
    rows.set(value.team_id, at);
  }
  return { periods, rows: [...rows].map(([team, at]) => ({ team, at })), decimals: shared(values) };
}

// Four significant figures of the largest value, and no more decimals than any figure has.
function shared(values: readonly Value[]): number {
  let most = 0;
  let used = 0;
  for (const { value } of values) {
    if (value === undefined) continue;
    most = Math.max(most, Math.abs(value));
    used = Math.max(used, (String(value).split('.')[1] ?? '').length);
  }
  const room = most > 0 ? Math.max(0, 3 - Math.floor(Math.log10(most))) : 0;
  return Math.min(used, room, 6);
}
