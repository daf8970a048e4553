import type { Schemas } from '@/api/client';
import { verdicts, type Verdict } from '@/charts/evidence';

export type Finding = Schemas['Finding'];
export type Metric = Schemas['Metric'];
export type Block = Finding['block'];

export const blocks: readonly Block[] = ['ex_cx', 'ex_outcome', 'cx_outcome'];

/** Most evidence first; among equals the stronger link. */
export function byEvidence(a: Finding, b: Finding): number {
  const rank = verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict);
  return rank !== 0 ? rank : Math.abs(b.within.estimate ?? 0) - Math.abs(a.within.estimate ?? 0);
}

export interface Filter {
  block?: Block;
  verdict?: Verdict;
}

/** The filter stands in the address, so that a link shows what its sender saw; what it does not know it ignores. */
export function filterFrom(search: URLSearchParams): Filter {
  const block = blocks.find((b) => b === search.get('pairs'));
  const verdict = verdicts.find((v) => v === search.get('verdict'));
  return { block, verdict };
}

export function passes(finding: Finding, filter: Filter): boolean {
  return (!filter.block || finding.block === filter.block) && (!filter.verdict || finding.verdict === filter.verdict);
}

export interface Grid {
  rows: Metric[];
  columns: Metric[];
  at: Map<string, Finding>;
}

export function gridOf(findings: readonly Finding[], metrics: ReadonlyMap<string, Metric>): Grid {
  const names = (ids: Iterable<string>) => [...new Set(ids)].map((id) => metrics.get(id)).filter((m) => m !== undefined);
  const sorted = [...findings].sort(byEvidence);
  return {
    rows: names(sorted.map((f) => f.x)),
    columns: names(sorted.map((f) => f.y)),
    at: new Map(findings.map((f) => [`${f.x} ${f.y}`, f])),
  };
}

/** The address of a pair; the run is named only when it is not the newest. */
export function pairHref(finding: Finding, run?: string): string {
  const query = run ? `?run=${encodeURIComponent(run)}` : '';
  return `/evidence/${encodeURIComponent(finding.id)}${query}`;
}

/** The newest run first. A run made when a quarter is closed looks back: newest is the one whose figures reach furthest, not the one made last. */
export function byReach(a: Pick<Schemas['Run'], 'as_of' | 'created_at'>, b: Pick<Schemas['Run'], 'as_of' | 'created_at'>): number {
  return b.as_of.localeCompare(a.as_of) || b.created_at.localeCompare(a.created_at);
}
