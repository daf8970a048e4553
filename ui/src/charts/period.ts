const DAY = 24 * 3600 * 1000;

/** First moment of a period and first moment after it, in ms. */
export type Span = readonly [number, number];

/** The span of a period as the server writes it: 2026-03-31, 2026-W14, 2026-03, 2026-Q1 or 2026. */
export function spanOf(period: string): Span | undefined {
  const found = /^(\d{4})(?:-(?:W(\d{1,2})|Q([1-4])|(\d{2})(?:-(\d{2}))?))?$/.exec(period);
  if (!found) return undefined;
  const [year, week, quarter, month, day] = found.slice(1).map((x: string | undefined) => (x === undefined ? undefined : Number(x)));
  if (year === undefined) return undefined;
  if (week !== undefined) {
    // Week 1 of ISO 8601 is the one with the fourth of January.
    const fourth = Date.UTC(year, 0, 4);
    const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY + (week - 1) * 7 * DAY;
    return [monday, monday + 7 * DAY];
  }
  if (quarter !== undefined) return [Date.UTC(year, 3 * quarter - 3, 1), Date.UTC(year, 3 * quarter, 1)];
  if (month !== undefined && day !== undefined) return [Date.UTC(year, month - 1, day), Date.UTC(year, month - 1, day + 1)];
  if (month !== undefined) return [Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1)];
  return [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
}

/** Spans of periods in order; undefined where one of them cannot be read, because half an axis of time is none. */
export function spansOf(periods: readonly string[]): Span[] | undefined {
  const out: Span[] = [];
  for (const p of periods) {
    const span = spanOf(p);
    if (!span) return undefined;
    out.push(span);
  }
  return out.length > 0 ? out : undefined;
}

/** Where a moment lies on an axis that counts periods: k is the middle of period k, and periods may be of unlike length. */
export function along(spans: readonly Span[]): (moment: number) => number {
  return (moment) => {
    for (const [k, [from, to]] of spans.entries()) {
      if (moment < from) return k - 0.5;
      if (moment < to) return k - 0.5 + (moment - from) / (to - from);
    }
    return spans.length - 0.5;
  };
}

/** Dots with a note where more than so many days passed since the one before: nothing was measured in between. */
export function withGaps<T extends { on: string }>(dots: readonly T[], days: number): (T & { gap: boolean })[] {
  return dots.map((d, i) => {
    const before = dots[i - 1];
    return { ...d, gap: before !== undefined && Date.parse(d.on) - Date.parse(before.on) > days * DAY };
  });
}

/** Between two months in a row there are at most 31 days, between two with one missing at least 59. */
export const MONTH_APART = 45;
