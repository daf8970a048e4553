import { expect, it } from 'vitest';
import { preview } from '@/testing/fixtures/imports';
import { assign, candidates, change, keyFrom, metricOf, missingOf, roleOf, take } from './mapping';

const columns = preview.columns.map((c) => c.name);
const { mapping } = preview;

it('knows what a mapping still lacks', () => {
  expect(missingOf(mapping)).toEqual([]);
  expect(missingOf({ kind: 'series' })).toEqual(['team', 'period', 'noMetric']);
  expect(missingOf({ kind: 'series', team: 'a', period: 'b', long: { metric: '', value: 'v' } })).toEqual(['longMetric']);
  expect(missingOf({ kind: 'employees', columns: { external_id: 'id' } })).toEqual(['field.team']);
});

it('takes a column away from the metrics when it becomes a part of the row', () => {
  const next = assign(mapping, 'respondents', 'engagement');
  expect(metricOf(next, 'engagement')).toBeUndefined();
  expect(roleOf(next, 'engagement')).toBe('respondents');
  expect(candidates(next, columns)).not.toContain('engagement');
});

it('takes and leaves columns, and remembers what was left out', () => {
  const taken = take(mapping, 'note', true, 'cx');
  expect(metricOf(taken, 'note')).toMatchObject({ metric: 'note', kind: 'cx', higher_is_better: true });
  expect(taken.ignore).not.toContain('note');
  const left = take(taken, 'note', false, 'cx');
  expect(metricOf(left, 'note')).toBeUndefined();
  expect(left.ignore).toContain('note');
});

it('changes one metric only', () => {
  const next = change(mapping, 'shmi', { kind: 'money' });
  expect(metricOf(next, 'shmi')?.kind).toBe('money');
  expect(metricOf(next, 'engagement')).toEqual(metricOf(mapping, 'engagement'));
});

it('makes keys that the catalogue accepts, in any script', () => {
  expect(keyFrom(' Would recommend (care) ')).toBe('would_recommend_care');
  expect(keyFrom('שביעות רצון %')).toBe('שביעות_רצון');
  expect(keyFrom('!!!')).toBe('metric');
});
