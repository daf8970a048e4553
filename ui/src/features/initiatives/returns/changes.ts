import type { Schemas } from '@/api/client';
import { formatNumber } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';

type Settings = Schemas['ReturnsSettings'];

/** One thing that finance changed, in words. */
export interface Change {
  label: string;
  before: string;
  after: string;
}

/** How the words are found: labels and benefits in the reader's language, metrics by id, months by number. */
export interface Words {
  label: (key: 'currency' | 'fiscal' | 'discount' | 'ex' | 'cx' | 'loyalty' | 'revenueMetric' | 'revenue' | 'revenueSource' | 'margin' | 'marginSource' | 'net') => string;
  rate: (name: string) => string;
  price: (kind: string) => string;
  metric: (id: string) => string;
  month: (no: number) => string;
  unset: string;
  yes: string;
  no: string;
  byRule: string;
  added: string;
  removed: string;
}

/** What one version of the settings has otherwise than the one before it. */
export function changes(before: Settings, after: Settings, w: Words): Change[] {
  const out: Change[] = [];
  const add = (label: string, a: string, b: string) => {
    if (a !== b) out.push({ label, before: a, after: b });
  };
  const [c, d] = [before.chain ?? {}, after.chain ?? {}];
  const metric = (id: string | undefined) => (id ? w.metric(id) : w.byRule);
  const money = (v: number | undefined, s: Settings) => (v === undefined ? w.unset : formatMoney(v, s.currency));
  const share = (v: number | undefined) => (v === undefined ? w.unset : `${formatNumber(100 * v, 2)}%`);
  const yes = (v: boolean | undefined) => (v ? w.yes : w.no);
  add(w.label('currency'), before.currency, after.currency);
  add(w.label('fiscal'), w.month(before.fiscal_start), w.month(after.fiscal_start));
  add(w.label('discount'), share(before.discount), share(after.discount));
  add(w.label('ex'), metric(c.ex), metric(d.ex));
  add(w.label('cx'), metric(c.cx), metric(d.cx));
  add(w.label('loyalty'), metric(c.loyalty), metric(d.loyalty));
  add(w.label('revenueMetric'), c.revenue_metric ? w.metric(c.revenue_metric) : w.unset, d.revenue_metric ? w.metric(d.revenue_metric) : w.unset);
  add(w.label('revenue'), money(c.revenue_yearly, before), money(d.revenue_yearly, after));
  add(w.label('revenueSource'), c.revenue_source ?? w.unset, d.revenue_source ?? w.unset);
  add(w.label('margin'), c.margin_pct === undefined ? w.unset : `${formatNumber(c.margin_pct, 2)}%`, d.margin_pct === undefined ? w.unset : `${formatNumber(d.margin_pct, 2)}%`);
  add(w.label('marginSource'), c.margin_source ?? w.unset, d.margin_source ?? w.unset);
  add(w.label('net'), yes(c.net_of_service), yes(d.net_of_service));
  const priced = (of: (name: string) => string, was: [string, string][], is: [string, string][]) => {
    const old = new Map(was);
    const now = new Map(is);
    for (const name of new Set([...old.keys(), ...now.keys()])) add(of(name), old.get(name) ?? w.added, now.get(name) ?? w.removed);
  };
  const line = (s: Settings) => (x: { amount: number; source: string }) => `${formatMoney(x.amount, s.currency)} (${x.source})`;
  priced(w.rate, (before.rates ?? []).map((r) => [r.name, line(before)(r)]), (after.rates ?? []).map((r) => [r.name, line(after)(r)]));
  priced(w.price, (before.prices ?? []).map((p) => [p.kind, line(before)(p)]), (after.prices ?? []).map((p) => [p.kind, line(after)(p)]));
  return out;
}
