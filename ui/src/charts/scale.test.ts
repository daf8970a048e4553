import { expect, it } from 'vitest';
import { columnDecimals } from './scale';

it('gives the figures of a column as many decimals as four figures of the largest allow, and the data have', () => {
  expect(columnDecimals([60.8, 60, 54.9])).toBe(1);
  expect(columnDecimals([3.757, -3.734, -0.6881, 9.2])).toBe(3);
  expect(columnDecimals([12, 1500, 3])).toBe(0);
  expect(columnDecimals([0.0123456, 0.02])).toBe(5);
  expect(columnDecimals([0, 0])).toBe(0);
  expect(columnDecimals([])).toBe(0);
});
