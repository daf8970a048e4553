import { expect, test } from 'vitest';
import { changes, type Words } from './changes';

const words: Words = {
  label: (k) => k, rate: (n) => `rate ${n}`, price: (k) => `price ${k}`, metric: (id) => `metric ${id}`, month: (m) => `month ${m}`, unset: 'not set', yes: 'yes', no: 'no', byRule: 'by rule', added: 'new', removed: 'taken out',
};

test('changes of the settings are told in words', () => {
  const before = { version: 1, currency: 'EUR', fiscal_start: 1, rates: [{ name: 'Service', amount: 4500, source: 'HR' }, { name: 'Sales', amount: 5000, source: 'HR' }], prices: [], chain: { ex: 'm1', margin_pct: 35 } };
  const after = { version: 2, currency: 'EUR', fiscal_start: 4, discount: 0.08, rates: [{ name: 'Service', amount: 4700, source: 'HR' }], prices: [{ kind: 'cost_to_serve', amount: 650, source: 'Controlling' }], chain: { cx: 'm2', margin_pct: 35, net_of_service: true } };
  const got = changes(before, after, words);
  const of = (label: string) => got.find((c) => c.label === label);
  expect(got.map((c) => c.label)).toEqual(['fiscal', 'discount', 'ex', 'cx', 'net', 'rate Service', 'rate Sales', 'price cost_to_serve']);
  expect(of('fiscal')).toMatchObject({ before: 'month 1', after: 'month 4' });
  expect(of('discount')).toMatchObject({ before: 'not set' });
  expect(of('ex')).toMatchObject({ before: 'metric m1', after: 'by rule' });
  expect(of('rate Service')?.after).toContain('47');
  expect(of('rate Sales')?.after).toBe('taken out');
  expect(of('price cost_to_serve')?.before).toBe('new');
  expect(changes(after, after, words)).toEqual([]);
});
