import { describe, expect, it } from 'vitest';
import { labelsOf, within } from './Marks';
import { along, MONTH_APART, spanOf, spansOf, withGaps } from './period';

const day = (ms: number | undefined) => (ms === undefined ? '' : new Date(ms).toISOString().slice(0, 10));

describe('periods on an axis of time', () => {
  it('reads what the server writes', () => {
    const said = (p: string) => spanOf(p)?.map(day).join(' ');
    expect(said('2026-03-31')).toBe('2026-03-31 2026-04-01');
    expect(said('2026-02')).toBe('2026-02-01 2026-03-01');
    expect(said('2026-Q4')).toBe('2026-10-01 2027-01-01');
    expect(said('2026-W01')).toBe('2025-12-29 2026-01-05');
    expect(said('2020-W53')).toBe('2020-12-28 2021-01-04');
    expect(said('2026')).toBe('2026-01-01 2027-01-01');
    expect(spanOf('Q1')).toBeUndefined();
    expect(spansOf(['2026-01', 'soon'])).toBeUndefined();
  });

  it('puts a moment between the middles of periods, and on the edge where it is outside', () => {
    const at = along([spanOf('2026-01') ?? [0, 0], spanOf('2026-02') ?? [0, 0]]);
    expect(at(Date.UTC(2026, 0, 16, 12))).toBeCloseTo(0);
    expect(at(Date.UTC(2026, 1, 15))).toBeCloseTo(1);
    expect(at(Date.UTC(2025, 0, 1))).toBe(-0.5);
    expect(at(Date.UTC(2027, 0, 1))).toBe(1.5);
  });

  it('joins no months over one that is missing', () => {
    const dots = withGaps([{ on: '2026-01-31' }, { on: '2026-02-28' }, { on: '2026-04-30' }], MONTH_APART);
    expect(dots.map((d) => d.gap)).toEqual([false, false, true]);
  });
});

describe('marks', () => {
  const marks = [
    { on: '2026-05-01', title: 'late' },
    { on: '2025-11-01', until: '2026-01-02', title: 'lasting' },
    { on: '2025-01-01', title: 'over' },
    { on: '2026-02-01', title: 'mid' },
  ];
  it('are those that a chart shows, in order', () => {
    expect(within(marks, Date.UTC(2026, 0, 1), Date.UTC(2026, 2, 1)).map((m) => m.title)).toEqual(['lasting', 'mid']);
  });
  it('share a label where there is no room', () => {
    expect(labelsOf([10, 18, 25, 80])).toEqual([
      { x: 10, text: '1–3' },
      { x: 80, text: '4' },
    ]);
  });
});
