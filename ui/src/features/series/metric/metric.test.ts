import { expect, it } from 'vitest';
import { back } from './back';
import { pivot } from './pivot';

it.each([
  ['2019', 11, '2008'], ['2025-Q1', 1, '2024-Q4'], ['2025-Q2', 5, '2024-Q1'], ['2025-03', 3, '2024-12'], ['2025-W01', 1, '2024-W52'], ['2021-W01', 1, '2020-W53'],
  ['2026-W46', 11, '2026-W35'], ['2025-03-01', 1, '2025-02-28'], ['nonsense', 1, undefined],
])('%s minus %i is %s', (period, count, expected) => {
  expect(back(period, count)).toBe(expected);
});

it('keeps the newest periods, one row per team, and never a number for what is held back', () => {
  const table = pivot(
    [
      { team_id: 'a', period: '2017', value: 6.9 },
      { team_id: 'a', period: '2018', not_shown: true },
      { team_id: 'b', period: '2019', value: 7.25 },
    ],
    2,
  );
  expect(table.periods).toEqual(['2018', '2019']);
  expect(table.rows.map((r) => r.team)).toEqual(['a', 'b']);
  expect(table.rows[0]?.at.get('2018')?.value).toBeUndefined();
  expect(table.decimals).toBe(2);
});
