import type { Schemas } from '@/api/client';
import { fromMinor, toMinor } from '@/i18n/money';

type Plan = Schemas['InitiativePlan'];
type Team = Schemas['Team'];

/** A benefit is measured (grade empty), or an amount that a model (D) or an expert (E) names. */
export interface Benefit {
  name: string;
  kind: string;
  metric: string;
  units: number;
  price: number;
  share: number;
  source: string;
  retention: number;
  margin: number;
  horizon: number;
  grade: '' | 'D' | 'E';
  amount: number;
  se: number;
  confidence: number;
}

export interface Follow {
  metric: string;
  effect: number;
  confidence: number;
  model: string;
  se: number;
  from: number;
  full: number;
}

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
  benefits: Benefit[];
  grain: string;
  how: string;
  /** Teams are drawn within the units above them; comparison teams carry their unit as well. */
  within: boolean;
  predictors: { metric: string; from: string; to: string }[];
  model: string;
  se: number;
  follow: Follow[];
  question: string;
  noticed: string;
  loss: number;
  lossSe: number;
  lossSource: string;
  reason: string;
}

export const purposes = ['skills', 'technology', 'product_service', 'process'] as const;
export const sides = ['employee', 'customer'] as const;
export const costKinds = ['money', 'hours', 'licences', 'roll_out', 'survey_time'] as const;
export const grains = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const noBenefit: Benefit = { name: '', kind: 'cost_to_serve', metric: '', units: 0, price: 0, share: 0, source: '', retention: 0, margin: 0, horizon: 0, grade: '', amount: 0, se: 0, confidence: 0.5 };
export const noFollow: Follow = { metric: '', effect: 0, confidence: 0.5, model: '', se: 0, from: 1, full: 2 };
export const benefitKinds = ['retained_margin', 'margin_per_customer', 'referred_margin', 'won_margin', 'cost_to_serve', 'process_time', 'attrition', 'absence', 'quality', 'other', 'long_run'] as const;
export const tailKinds: readonly string[] = ['retained_margin', 'won_margin', 'referred_margin'];

export function blank(metric: string, lag: number, name: string): Values {
  return { name, purpose: 'skills', side: 'employee', why: '', metric, lag, endsOn: '', control: '', waves: [{ on: '', teams: [] }], comparison: [], drawn: false, by: '', effect: 0, confidence: 0.5, costs: [], benefits: [], reason: '', ...nothingBeside };
}

const nothingBeside = { grain: '', how: '', within: false, predictors: [], model: '', se: 0, follow: [], question: '', noticed: '', loss: 0, lossSe: 0, lossSource: '' };

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
    benefits: (p.benefits ?? []).map((b) => ({
      name: b.name, kind: b.kind, metric: b.metric ?? '', units: b.units ?? 0, price: fromMinor(b.price ?? 0, currency), share: b.share ?? 0, source: b.price_source, retention: b.tail?.retention ?? 0, margin: fromMinor(b.tail?.margin ?? 0, currency),
      horizon: b.tail?.horizon ?? 0, grade: b.forecast?.grade === 'D' || b.forecast?.grade === 'E' ? b.forecast.grade : '', amount: fromMinor(b.forecast?.amount ?? 0, currency), se: fromMinor(b.forecast?.se ?? 0, currency), confidence: b.forecast?.confidence ?? 0.5,
    })),
    grain: p.grain ?? '', how: p.assignment?.how ?? '', within: p.treated.some((x) => x.block), predictors: (p.predictors ?? []).map((x) => ({ metric: x.metric, from: x.from ?? '', to: x.to ?? '' })), model: p.expected?.model ?? '', se: p.expected?.se ?? 0,
    follow: (p.follow ?? []).map((x) => ({ metric: x.metric, effect: x.expected.effect ?? 0, confidence: x.expected.confidence ?? 0, model: x.expected.model ?? '', se: x.expected.se ?? 0, from: x.from, full: x.full })),
    question: p.perception?.question ?? '', noticed: p.perception?.metric ?? '', loss: fromMinor(p.inaction?.loss ?? 0, currency), lossSe: fromMinor(p.inaction?.se ?? 0, currency), lossSource: p.inaction?.source ?? '',
  };
}

/** The plan as the contract wants it. */
export function toPlan(v: Values, currency: string, teams: readonly Team[], known?: Plan): Plan {
  const treated = v.waves.flatMap((w) => w.teams);
  const block = (id: string) => (v.within ? (known?.treated.find((x) => x.team === id)?.block ?? known?.comparison?.find((x) => x.team === id)?.block ?? above(id, teams)) : undefined);
  const comparison = v.comparison.length > 0 || !v.within ? v.comparison : others(treated, teams);
  return {
    name: v.name.trim(), purpose: v.purpose, side: v.side, why: v.why.trim() || undefined, metric: v.metric, lag: v.lag, ends_on: v.endsOn, control: v.control || undefined, grain: grains.find((g) => g === v.grain),
    treated: v.waves.flatMap((w) => w.teams.map((team) => ({ team, on: w.on, block: block(team) }))),
    others: comparison.length === 0, comparison: comparison.length > 0 ? comparison.map((team) => ({ team, block: block(team) })) : undefined,
    assignment: { drawn: v.drawn, by: v.by.trim() || undefined, how: v.how.trim() || undefined }, expected: expectation(v.effect, v.confidence, v.model, v.se),
    predictors: v.predictors.length > 0 ? v.predictors.map((x) => ({ metric: x.metric, from: x.from || undefined, to: x.to || undefined })) : undefined,
    follow: v.follow.length > 0 ? v.follow.map((x) => ({ metric: x.metric, expected: expectation(x.effect, x.confidence, x.model, x.se), from: x.from, full: x.full })) : undefined,
    perception: v.question.trim() || v.noticed ? { question: v.question.trim(), metric: v.noticed || undefined } : undefined,
    inaction: v.loss > 0 || v.lossSource.trim() ? { loss: toMinor(v.loss, currency), se: toMinor(v.lossSe, currency), source: v.lossSource.trim() } : undefined,
    costs: v.costs.map((c) => ({
      name: c.name.trim(), kind: c.kind, on: c.on, amount: toMinor(c.amount, c.currency || currency), hours: c.kind === 'hours' || c.kind === 'survey_time' ? c.hours : undefined,
      currency: c.currency || undefined, rate: c.rate || undefined,
    })),
    benefits: v.benefits.map((b) =>
      b.grade
        ? { name: b.name.trim(), kind: b.kind, price_source: b.source.trim(), forecast: { grade: b.grade, amount: toMinor(b.amount, currency), se: toMinor(b.se, currency), confidence: b.grade === 'E' ? b.confidence : undefined } }
        : {
            name: b.name.trim(), kind: b.kind, metric: b.metric || undefined, units: b.units, price: toMinor(b.price, currency), share: b.share || undefined, price_source: b.source.trim(),
            tail: tailKinds.includes(b.kind) && b.retention > 0 ? { retention: b.retention, margin: toMinor(b.margin, currency), horizon: b.horizon || undefined } : undefined,
          },
    ),
  };
}

function expectation(effect: number, confidence: number, model: string, se: number): Schemas['InitiativeExpectation'] {
  return model.trim() ? { effect, confidence, model: model.trim(), se } : { effect, confidence };
}

/** The unit above a team: the block in which it was drawn. */
function above(id: string, teams: readonly Team[]): string | undefined {
  const path = teams.find((x) => x.id === id)?.path;
  return path && path.length > 1 ? path[path.length - 2] : undefined;
}

/** Every leaf team that is neither reached itself nor lies below a team that is. */
function others(treated: readonly string[], teams: readonly Team[]): string[] {
  const parent = new Map(teams.map((x) => [x.id, x.parent_id]));
  const reached = (id: string | undefined): boolean => id !== undefined && (treated.includes(id) || reached(parent.get(id)));
  return teams.filter((x) => x.leaf && !x.closed_on && !reached(x.id)).map((x) => x.id);
}

/** Whether there is enough to ask what could be proved. */
export function askable(v: Values): boolean {
  return v.metric !== '' && v.endsOn !== '' && v.waves.some((w) => w.teams.length > 0) && v.waves.every((w) => w.on !== '' && v.endsOn >= w.on);
}
