import type { Schemas } from '@/api/client';
import { fromMinor, toMinor } from '@/i18n/money';

type Settings = Schemas['ReturnsSettings'];

export interface Priced {
  name: string;
  amount: number | string;
  source: string;
}

export interface Values {
  currency: string;
  fiscal: string;
  discount: number | string;
  ex: string;
  cx: string;
  loyalty: string;
  revenueMetric: string;
  revenue: number | string;
  revenueSource: string;
  margin: number | string;
  marginSource: string;
  net: boolean;
  churnShort: number | string;
  churnLong: number | string;
  winCost: number | string;
  winCostSource: string;
  rates: Priced[];
  prices: Priced[];
  reason: string;
}

export function fromSettings(s: Settings): Values {
  const c = s.chain ?? {};
  return {
    currency: s.currency,
    fiscal: String(s.fiscal_start),
    discount: s.discount === undefined ? '' : Number((100 * s.discount).toPrecision(12)),
    ex: c.ex ?? '',
    cx: c.cx ?? '',
    loyalty: c.loyalty ?? '',
    revenueMetric: c.revenue_metric ?? '',
    revenue: c.revenue_yearly === undefined ? '' : fromMinor(c.revenue_yearly, s.currency),
    revenueSource: c.revenue_source ?? '',
    margin: c.margin_pct ?? '',
    marginSource: c.margin_source ?? '',
    net: c.net_of_service ?? false,
    churnShort: s.customers?.short_days ?? '',
    churnLong: s.customers?.long_days ?? '',
    winCost: s.customers?.win_cost === undefined ? '' : fromMinor(s.customers.win_cost, s.currency),
    winCostSource: s.customers?.win_cost_source ?? '',
    rates: (s.rates ?? []).map((r) => ({ name: r.name, amount: fromMinor(r.amount, s.currency), source: r.source })),
    prices: (s.prices ?? []).map((p) => ({ name: p.kind, amount: fromMinor(p.amount, s.currency), source: p.source })),
    reason: '',
  };
}

const number = (v: number | string): number => (v === '' ? 0 : Number(v));

export function toSettings(v: Values, before: Settings): Settings {
  const minor = (x: number | string) => toMinor(number(x), v.currency);
  return {
    version: before.version,
    currency: v.currency,
    fiscal_start: Number(v.fiscal),
    discount: v.discount === '' ? undefined : Number(v.discount) / 100,
    reason: v.reason.trim() || undefined,
    chain: {
      ex: v.ex || undefined,
      cx: v.cx || undefined,
      loyalty: v.loyalty || undefined,
      revenue_metric: v.revenueMetric || undefined,
      revenue_yearly: v.revenue === '' ? undefined : minor(v.revenue),
      revenue_source: v.revenueSource.trim() || undefined,
      margin_pct: v.margin === '' ? undefined : Number(v.margin),
      margin_source: v.marginSource.trim() || undefined,
      net_of_service: v.net,
    },
    customers: {
      short_days: number(v.churnShort),
      long_days: number(v.churnLong),
      win_cost: minor(v.winCost),
      win_cost_source: v.winCostSource.trim() || undefined,
    },
    rates: v.rates.map((r) => ({ name: r.name.trim(), amount: minor(r.amount), source: r.source.trim() })),
    prices: v.prices.map((p) => ({ kind: p.name, amount: minor(p.amount), source: p.source.trim() })),
  };
}
