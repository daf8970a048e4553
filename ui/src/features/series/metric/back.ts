const DAY = 24 * 3600 * 1000;

// The Monday of an ISO week: week 1 holds 4 January.
function monday(year: number, week: number): Date {
  const fourth = new Date(Date.UTC(year, 0, 4));
  const weekday = (fourth.getUTCDay() + 6) % 7;
  return new Date(fourth.getTime() + ((week - 1) * 7 - weekday) * DAY);
}

function isoWeek(date: Date): string {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * DAY);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.round((thursday.getTime() - (monday(year, 1).getTime() + 3 * DAY)) / (7 * DAY));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The period that lies some periods before another one of the same grain; undefined for what is no period. */
export function back(period: string, count: number): string | undefined {
  const [, y = '', rest = ''] = /^(\d{4})(?:-(.+))?$/.exec(period) ?? [];
  const year = Number(y);
  if (y === '') return undefined;
  if (rest === '') return String(year - count);
  const quarter = /^Q([1-4])$/.exec(rest)?.[1];
  if (quarter) {
    const at = year * 4 + Number(quarter) - 1 - count;
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
  }
  const week = /^W(\d\d)$/.exec(rest)?.[1];
  if (week) return isoWeek(new Date(monday(year, Number(week)).getTime() - count * 7 * DAY));
  if (/^\d\d$/.test(rest)) {
    const at = year * 12 + Number(rest) - 1 - count;
    return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
  }
  const day = new Date(`${period}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? undefined : new Date(day.getTime() - count * DAY).toISOString().slice(0, 10);
}
