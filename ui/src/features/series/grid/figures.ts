import type { Schemas } from '@/api/client';

/** What has been typed, by team and then by column; a column is a metric's id or RESPONDENTS. */
export type Entries = Readonly<Record<string, Readonly<Record<string, string>>>>;
export const RESPONDENTS = 'n';

const PERIOD = /^\d{4}(-Q[1-4]|-W(0[1-9]|[1-4]\d|5[0-3])|-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

export function isPeriod(text: string): boolean {
  return PERIOD.test(text.trim());
}

/**
 * A figure as people type it: spaces between thousands, a decimal point or comma, a true minus. Undefined for what is none.
 * Where only a comma stands it is the decimal sign, unless the language separates thousands with it and it is placed like that.
 */
export function parseFigure(text: string, locale: string): number | undefined {
  let s = text.replace(/[\s\u00a0\u202f']/g, '').replace(/[−–]/, '-').replace(/%$/, '');
  const comma = s.lastIndexOf(',');
  const dot = s.lastIndexOf('.');
  if (comma >= 0 && dot >= 0) {
    const decimal = comma > dot ? ',' : '.';
    s = s.split(decimal === ',' ? '.' : ',').join('').replace(decimal, '.');
  } else if (comma >= 0) {
    const thousands = /^-?\d{1,3}(,\d{3})+$/.test(s) && locale !== 'pl';
    s = thousands ? s.replace(/,/g, '') : s.replace(',', '.');
  }
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(s)) return undefined;
  const value = Number(s);
  return Number.isFinite(value) ? value : undefined;
}

/** A block copied from a spreadsheet: rows by line, cells by tab. */
export function parseBlock(text: string): string[][] {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t').map((cell) => cell.trim()));
}

/** Lays a block over the grid with its first cell at (row, column); what hangs over the edge is left out. */
export function lay(entries: Entries, block: string[][], rows: readonly string[], columns: readonly string[], row: number, column: number): Entries {
  const next: Record<string, Readonly<Record<string, string>>> = { ...entries };
  block.forEach((line, i) => {
    const team = rows[row + i];
    if (team === undefined) return;
    const cells: Record<string, string> = { ...next[team] };
    line.forEach((cell, j) => {
      const name = columns[column + j];
      if (name !== undefined) cells[name] = cell;
    });
    next[team] = cells;
  });
  return next;
}

export interface Reading {
  items: Schemas['ValueBatch']['items'];
  bad: number;
}

/** The figures that can be sent, and how many cells cannot be read. */
export function read(entries: Entries, metrics: readonly Schemas['Metric'][], period: string, locale: string): Reading {
  const items: Schemas['ValueBatch']['items'] = [];
  let bad = 0;
  for (const [team, cells] of Object.entries(entries)) {
    const counted = cells[RESPONDENTS]?.trim();
    const n = counted ? parseFigure(counted, locale) : undefined;
    if (counted && (n === undefined || n < 0 || !Number.isInteger(n))) bad++;
    for (const metric of metrics) {
      const text = cells[metric.id]?.trim();
      if (!text) continue;
      const value = parseFigure(text, locale);
      if (value === undefined) bad++;
      else items.push({ team, period: period.trim(), metric: metric.id, value, ...(metric.about_people && n !== undefined ? { n } : {}) });
    }
  }
  return { items, bad };
}
