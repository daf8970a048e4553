import type { Schemas } from '@/api/client';

export type Value = Schemas['Value'];

export interface Pivot {
  periods: string[];
  rows: { team: string; at: Map<string, Value> }[];
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
  return { periods, rows: [...rows].map(([team, at]) => ({ team, at })) };
}
