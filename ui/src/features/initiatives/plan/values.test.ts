import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { fromPlan, toPlan } from './values';

const team = (id: string, parent: string | undefined, path: string[], leaf = true): Schemas['Team'] => ({ id, name: id, parent_id: parent, path, leaf, depth: path.length, created_on: '2020-01-01' });
const teams = [team('n', undefined, ['North'], false), team('s', undefined, ['South'], false), team('n1', 'n', ['North', 'n1']), team('n2', 'n', ['North', 'n2']), team('s1', 's', ['South', 's1']), team('s2', 's', ['South', 's2'])];

const rich: Schemas['InitiativePlan'] = {
  name: 'Coaching', purpose: 'skills', side: 'employee', metric: 'cx', lag: 1, ends_on: '2026-12-31', grain: 'month', control: 'rain', why: 'gap',
  treated: [{ team: 'n1', on: '2026-01-01', block: 'North' }, { team: 's1', on: '2026-01-01', block: 'South' }], others: false, comparison: [{ team: 'n2', block: 'North' }, { team: 's2', block: 'South' }],
  assignment: { drawn: true, by: 'HR', how: 'in each region' }, expected: { effect: 3, confidence: 0.5, model: 'slope of the newest run', se: 1 },
  predictors: [{ metric: 'income', from: '2024-01-01', to: '2025-12-31' }], follow: [{ metric: 'ease', expected: { effect: 2, confidence: 0.6 }, from: 2, full: 3 }],
  perception: { question: 'Did you notice?', metric: 'noticed' }, inaction: { loss: 500000, se: 100000, source: 'operations' },
  costs: [{ name: 'answers', kind: 'survey_time', on: '2026-03-01', amount: 4000, hours: 20, currency: 'PLN', rate: 0.25 }],
  benefits: [
    { name: 'kept', kind: 'retained_margin', metric: 'ease', units: 100, price: 42000, share: 0.5, price_source: 'finance', tail: { retention: 0.8, margin: 42000, horizon: 3 } },
    { name: 'word of mouth', kind: 'other', price_source: 'sales', forecast: { grade: 'E', amount: 150000, se: 9000, confidence: 0.4 } },
  ],
};

describe('the plan form', () => {
  it('keeps everything a plan can hold', () => {
    expect(JSON.parse(JSON.stringify(toPlan(fromPlan(rich, 'EUR'), 'EUR', teams, rich)))).toEqual(rich);
  });

  it('draws within the units above, and takes the comparison block by block', () => {
    const values = { ...fromPlan({ ...rich, comparison: undefined }, 'EUR'), within: true };
    expect(toPlan(values, 'EUR', teams)).toMatchObject({ others: false, treated: [{ block: 'North' }, { block: 'South' }], comparison: [{ team: 'n2', block: 'North' }, { team: 's2', block: 'South' }] });
  });
});
