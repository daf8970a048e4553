import { expect, test } from 'vitest';
import { spread } from './spread';

const box = { left: 0, right: 300, top: 0, bottom: 200 };

test('marks that cover each other part, the others stay', () => {
  const marks = [{ x: 50, y: 50 }, { x: 50, y: 50 }, { x: 55, y: 52 }, { x: 200, y: 100 }];
  const out = spread(marks, 11, box);
  out.forEach((a, i) =>
    out.slice(i + 1).forEach((b) => {
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(20);
    }),
  );
  expect(out[3]).toEqual(marks[3]);
  expect(spread(marks, 11, box)).toEqual(out);
});

test('marks stay inside the box', () => {
  for (const m of spread(Array.from({ length: 6 }, () => ({ x: 0, y: 200 })), 11, box)) {
    expect(m.x).toBeGreaterThanOrEqual(0);
    expect(m.y).toBeLessThanOrEqual(200);
  }
});
