import { afterEach, expect, it } from 'vitest';
import { changeLocale } from '.';
import { decimalsFor, formatNumber, formatRange } from './format';

afterEach(() => changeLocale('en'));

it('rounds to what the interval supports', () => {
  expect(decimalsFor(0.62, 0.68)).toBe(2);
  expect(decimalsFor(10.5, 14.3)).toBe(1);
  expect(decimalsFor(-400, 600)).toBe(0);
  expect(decimalsFor(-0.3, 0.5, 0.1, 2)).toBe(2);
});

it('writes a true minus, and none before what rounds to zero', () => {
  expect(formatNumber(-0.157, 2)).toBe('−0.16');
  expect(formatNumber(-0.003, 2)).toBe('0.00');
});

it('carries no direction marks in Hebrew, so that an isolated number keeps its order', async () => {
  await changeLocale('he');
  expect(formatRange(-0.36, -0.26, 2)).toBe('−0.36 … −0.26');
});

it('writes a decimal comma in Polish', async () => {
  await changeLocale('pl');
  expect(formatNumber(0.65, 2)).toBe('0,65');
});
