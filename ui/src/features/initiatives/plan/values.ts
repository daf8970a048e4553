import type { Schemas } from '@/api/client';
import { fromMinor, toMinor } from '../money';

type Plan = Schemas['InitiativePlan'];

/** The form's own shape: money in the currency's unit, empty text for what is not given. */
export interface Values {
  name: string;
  purpose: Plan['purpose'];
  side: Plan['side'];
  why: string;
  metric: string;
  lag: number;
  endsOn: string;
  control: string;
  waves: { on: string; teams: string[] }[];
  comparison: string[];
  drawn: boolean;
  by: string;
  effect: number;
  confidence: number;
  costs: { name: string; kind: Schemas['InitiativeCost']['kind']; on: string; amount: number; hours: number; currency: string; rate: number }[];
  benefits: { name: string; kind: string; metric: string; units: number; price: number; share: number; source: string; retention: number; margin: number }[];
  reason: string;
}

export const purposes = ['skills', 'technology', 'product_service', 'process'] as const;
export const sides = ['employee', 'customer'] as const;
export const costKinds = ['money', 'hours', 'licences', 'roll_out', 'survey_time'] as const;
export const benefitKinds = ['retained_margin', 'margin_per_customer', 'referred_margin', 'won_margin', 'cost_to_serve', 'process_time', 'attrition', 'absence', 'quality', 'other'] as const;
export const tailKinds: readonly string[] = ['retained_margin', 'won_margin', 'referred_margin'];

export function blank(metric: string, lag: number, name: string): Values {
  return { name, purpose: 'skills', side: 'employee', why: '', metric, lag, endsOn: '', control: '', waves: [{ on: '', teams: [] }], comparison: [], drawn: false, by: '', effect: 0, confidence: 0.5, costs: [], benefits: [], reason: '' };
}

export function fromPlan(p: Plan, currency: string): Values {
  const waves: Values['waves'] = [];
  for (const x of p.treated) {
    const wave = waves.find((w) => w.on === x.on);
    if (wave) wave.teams.push(x.team);
    else waves.push({ on: x.on, teams: [x.team] });
  }
  return {
    name: p.name, purpose: p.purpose, side: p.side, why: p.why ?? '', metric: p.metric, lag: p.lag ?? 0, endsOn: p.ends_on, control: p.control ?? '', waves, comparison: p.comparison?.map((c) => c.team) ?? [],
    drawn: p.assignment?.drawn ?? false, by: p.assignment?.by ?? '', effect: p.expected?.effect ?? 0, confidence: p.expected?.confidence ?? 0.5, reason: '',
    costs: (p.costs ?? []).map((c) => ({ name: c.name, kind: c.kind, on: c.on, amount: fromMinor(c.amount, c.currency ?? currency), hours: c.hours ?? 0, currency: c.currency ?? '', rate: c.rate ?? 0 })),
    benefits: (p.benefits ?? []).filter((b) => !b.forecast).map((b) => ({
      name: b.name, kind: b.kind, metric: b.metric ?? '', units: b.units ?? 0, price: fromMinor(b.price ?? 0, currency), share: b.share ?? 0, source: b.price_source, retention: b.tail?.retention ?? 0, margin: fromMinor(b.tail?.margin ?? 0, currency),
    })),
  };
}

/** The plan as the contract wants it; what the form does not show of a known plan is kept as it was. */
export function toPlan(v: Values, currency: string, known?: Plan): Plan {
  return {
    ...known,
    name: v.name.trim(), purpose: v.purpose, side: v.side, why: v.why.trim() || undefined, metric: v.metric, lag: v.lag, ends_on: v.endsOn, control: v.control || undefined,
    treated: v.waves.flatMap((w) => w.teams.map((team) => ({ team, on: w.on, block: known?.treated.find((x) => x.team === team)?.block }))),
    others: v.comparison.length === 0, comparison: v.comparison.length > 0 ? v.comparison.map((team) => ({ team, block: known?.comparison?.find((x) => x.team === team)?.block })) : undefined,
    assignment: { ...known?.assignment, drawn: v.drawn, by: v.by.trim() || undefined }, expected: { effect: v.effect, confidence: v.confidence },
    costs: v.costs.map((c) => ({
      name: c.name.trim(), kind: c.kind, on: c.on, amount: toMinor(c.amount, c.currency || currency), hours: c.kind === 'hours' || c.kind === 'survey_time' ? c.hours : undefined,
      currency: c.currency || undefined, rate: c.rate || undefined,
    })),
    benefits: [
      ...v.benefits.map((b) => ({
        name: b.name.trim(), kind: b.kind, metric: b.metric || undefined, units: b.units, price: toMinor(b.price, currency), share: b.share || undefined, price_source: b.source.trim(),
        tail: tailKinds.includes(b.kind) && b.retention > 0 ? { retention: b.retention, margin: toMinor(b.margin, currency) } : undefined,
      })),
      ...(known?.benefits ?? []).filter((b) => b.forecast),
    ],
  };
}

/** Whether there is enough to ask what could be proved. */
export function askable(v: Values): boolean {
  return v.metric !== '' && v.endsOn !== '' && v.waves.some((w) => w.teams.length > 0) && v.waves.every((w) => w.on !== '' && v.endsOn >= w.on);
}
