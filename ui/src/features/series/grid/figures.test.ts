import { expect, it } from 'vitest';
import { metrics } from '@/testing/fixtures/metrics';
import { isPeriod, lay, parseBlock, parseFigure, read, RESPONDENTS } from './figures';

it.each([
  ['7.5', 'en', 7.5], ['7,5', 'en', 7.5], ['1,234', 'en', 1234], ['1,234', 'pl', 1.234], ['1.234,5', 'en', 1234.5], ['1 234,5', 'pl', 1234.5], ['1,234.5', 'en', 1234.5],
  ['−3', 'he', -3], ['12%', 'en', 12], ['1e3', 'en', 1000], ['seven', 'en', undefined], ['1e309', 'en', undefined], ['NaN', 'en', undefined], ['1.2.3', 'en', undefined], ['', 'en', undefined],
])('reads %s in %s', (text, locale, value) => {
  expect(parseFigure(text, locale)).toBe(value);
});

it('knows the five ways to write a period', () => {
  for (const good of ['2025', '2025-Q1', '2025-03', '2025-W14', '2025-03-31']) expect(isPeriod(good), good).toBe(true);
  for (const bad of ['', '25', '2025-Q5', '2025-13', '2025-W54', '31.03.2025']) expect(isPeriod(bad), bad).toBe(false);
});

it('lays a pasted block over the grid and leaves out what hangs over the edge', () => {
  const block = parseBlock('1\t2\t3\r\n4\t5\t6\r\n');
  expect(block).toEqual([['1', '2', '3'], ['4', '5', '6']]);
  const entries = lay({ b: { y: 'kept', x: 'old' } }, block, ['a', 'b'], ['w', 'x'], 1, 1);
  expect(entries).toEqual({ b: { y: 'kept', x: '1' } });
});

it('sends the count of respondents with figures about people only, and counts what it cannot read', () => {
  const reading = read({ t1: { [RESPONDENTS]: '12', 'm-engagement': '7.1', 'm-shmi': '0.98', 'm-recommend_for_care': 'x' } }, metrics, '2019', 'en');
  expect(reading.items).toEqual([
    { team: 't1', period: '2019', metric: 'm-engagement', value: 7.1, n: 12 },
    { team: 't1', period: '2019', metric: 'm-shmi', value: 0.98 },
  ]);
  expect(reading.bad).toBe(1);
});
