import { describe, expect, test } from 'vitest';
import { figureOf, heatColumns, standing, type Cell, type Column } from './figures';

const cell = (score: number, half: number): Cell => ({ score, lo: score - half, hi: score + half, n_band: '10-19' });

describe('where a group stands', () => {
  const company = cell(60, 3);
  test('only what the interval supports counts as different', () => {
    expect(standing(cell(70, 8), company)).toBe('above');
    expect(standing(cell(70, 12), company)).toBe('about');
    expect(standing(cell(40, 8), company)).toBe('below');
  });
  test('a figure that is not shown has no standing and no number', () => {
    expect(standing({ not_shown: true }, company)).toBe('hidden');
    expect(figureOf({ not_shown: true })).toBeUndefined();
    expect(figureOf(undefined)).toBeUndefined();
    expect(standing(cell(70, 8), { not_shown: true })).toBe('about');
  });
});

test('a side is one column until it is opened into its drivers', () => {
  const column = (key: string, kind: Column['kind'], side?: string): Column => ({ key, kind, title: key, side });
  const columns = [column('index', 'index'), column('emotional', 'side', 'emotional'), column('care', 'driver', 'emotional'), column('tools', 'driver', 'professional'), column('q', 'question')];
  expect(heatColumns(columns, new Set()).map((c) => c.key)).toEqual(['index', 'emotional', 'tools']);
  expect(heatColumns(columns, new Set(['emotional'])).map((c) => c.key)).toEqual(['index', 'care', 'tools']);
});
