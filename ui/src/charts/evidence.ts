import type { Schemas } from '@/api/client';

export type Verdict = Schemas['Verdict'];
export type Estimate = Schemas['Estimate'];

/** From most to least evidence: the order of every list of findings. */
export const verdicts: readonly Verdict[] = ['supported', 'indicative', 'exploratory', 'no_link_seen', 'not_enough_evidence'];

/** Only what has passed its gates may look strong; the rest is drawn in the neutral colour and small. */
export function established(verdict: Verdict): boolean {
  return verdict === 'supported' || verdict === 'indicative';
}

/** Colour of a strength: two hues that every eye can tell apart, and a neutral for what is not established. */
export function strengthColor(verdict: Verdict, estimate: number | undefined): string {
  if (!established(verdict) || estimate === undefined) return 'var(--strength-none)';
  return estimate < 0 ? 'var(--strength-neg)' : 'var(--strength-pos)';
}
