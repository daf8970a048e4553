import type { Schemas } from '@/api/client';
import { padded, type Domain } from '@/charts/scale';

interface Matched {
  naive: Domain;
  within: Domain;
}

/** Two domains of the same length, so that a unit is as long in the naive view as in the within view around zero. */
export function matched(raw: readonly number[], centred: readonly number[]): Matched {
  const [lo, hi] = padded(raw);
  let most = 0;
  for (const v of centred) most = Math.max(most, Math.abs(v));
  const half = Math.max((hi - lo) / 2, most * 1.05) || 1;
  const middle = (lo + hi) / 2;
  return { naive: [middle - half, middle + half], within: [-half, half] };
}

export function domainsOf(points: Schemas['PairPoint'][]): { x: Matched; y: Matched } {
  return { x: matched(points.map((p) => p.x), points.map((p) => p.xw)), y: matched(points.map((p) => p.y), points.map((p) => p.yw)) };
}
