export type Domain = readonly [number, number];

export interface Scale {
  (value: number): number;
  domain: Domain;
  range: Domain;
}

/** A linear scale; charts run from low to high in every language, so it is never mirrored. */
export function linear(domain: Domain, range: Domain): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const span = d1 - d0 || 1;
  return Object.assign((value: number) => r0 + ((value - d0) / span) * (r1 - r0), { domain, range });
}

/** The step 1, 2 or 5 × 10ⁿ that gives about `count` steps. */
function stepOf(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const unit = raw / power;
  return power * (unit >= 7.5 ? 10 : unit >= 3.5 ? 5 : unit >= 1.5 ? 2 : 1);
}

export function ticks([lo, hi]: Domain, count = 5): number[] {
  if (!(hi > lo)) return [lo];
  const step = stepOf(hi - lo, count);
  const first = Math.ceil(lo / step - 1e-9);
  const last = Math.floor(hi / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Decimals needed to tell neighbouring ticks apart. */
export function tickDecimals(at: readonly number[]): number {
  const step = at.length > 1 ? Math.abs((at[1] ?? 0) - (at[0] ?? 0)) : Math.abs(at[0] ?? 1) || 1;
  return Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

/** The smallest symmetric domain around zero that holds the values, rounded up to a quarter. */
export function aroundZero(values: readonly (number | undefined)[], least = 0.25): Domain {
  let most = least;
  for (const v of values) if (v !== undefined && Number.isFinite(v)) most = Math.max(most, Math.abs(v));
  const edge = most <= 1 ? Math.min(1, Math.ceil(most * 4) / 4) : most * 1.05;
  return [-edge, edge];
}

/** The symmetric domain around zero that just holds values of any unit. */
export function widest(values: readonly (number | undefined)[]): Domain {
  let most = 0;
  for (const v of values) if (v !== undefined && Number.isFinite(v)) most = Math.max(most, Math.abs(v));
  return most === 0 ? [-1, 1] : [-most * 1.1, most * 1.1];
}

/** The extent of values with a little air, so that no mark lies on the frame. */
export function padded(values: readonly number[], air = 0.06): Domain {
  let lo = Infinity;
  let hi = -Infinity;
  for (const v of values) {
    if (v < lo) lo = v;
    if (v > hi) hi = v;
  }
  if (!Number.isFinite(lo)) return [0, 1];
  const pad = (hi - lo || Math.abs(hi) || 1) * air;
  return [lo - pad, hi + pad];
}

/** Decimals for a column of figures, so that they stand below each other: four figures of the largest, and no more than the data have. */
export function columnDecimals(values: readonly number[]): number {
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const room = Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(largest || 1))));
  const needed = (v: number) => (String(Number(v.toFixed(room))).split('.')[1] ?? '').length;
  return values.reduce((most, v) => Math.max(most, needed(v)), 0);
}
