import type { Schemas } from '@/api/client';
import type { TrendDot } from '@/charts/TrendLine';

export type Cell = Schemas['PulseCell'];
export type Column = Schemas['PulseColumn'];
export type Row = Schemas['PulseRow'];
export type Released = Schemas['PulseResults'];

/** The number a cell is known by: the recommendation score where there is one, else the score. */
export function figureOf(cell: Cell | undefined): number | undefined {
  if (!cell || cell.not_shown) return undefined;
  return cell.enps ?? cell.score;
}

export function boundsOf(cell: Cell | undefined): [number, number] | undefined {
  if (!cell || cell.not_shown) return undefined;
  const [lo, hi] = cell.enps === undefined ? [cell.lo, cell.hi] : [cell.enps_lo, cell.enps_hi];
  return lo === undefined || hi === undefined ? undefined : [lo, hi];
}

/** The dots of a line of released figures; waves in which nothing is shown have none. */
export function trendDots(points: readonly Schemas['PulseTrendPoint'][] | undefined): TrendDot[] {
  return (points ?? []).flatMap((p): TrendDot[] => {
    const value = figureOf(p.cell);
    const bounds = boundsOf(p.cell);
    return value === undefined ? [] : [{ on: p.on, value, lo: bounds?.[0], hi: bounds?.[1], breaks: p.version_break ?? false }];
  });
}

/** The benchmark that speaks of the same number as the cells of a column. */
export function besideOf(column: Column): Schemas['Benchmark'] | undefined {
  const measure = column.company?.enps !== undefined ? 'enps' : 'score';
  return column.benchmarks?.find((b) => (b.measure ?? 'score') === measure);
}

export type Standing = 'above' | 'below' | 'about' | 'hidden';

/** Where a group stands beside the company: only what its interval supports counts as different. */
export function standing(cell: Cell | undefined, company: Cell | undefined): Standing {
  const at = figureOf(cell);
  if (at === undefined) return 'hidden';
  const beside = figureOf(company);
  const bounds = boundsOf(cell);
  if (beside === undefined || !bounds) return 'about';
  return bounds[0] > beside ? 'above' : bounds[1] < beside ? 'below' : 'about';
}

export function rowName(row: Row): string {
  return row.attribute_value ? `${row.name} · ${row.attribute_value}` : row.name;
}

/** The columns of the heat map: index and eNPS, then both sides, each folded into one column or opened into its drivers. */
export function heatColumns(columns: readonly Column[], open: ReadonlySet<string>): Column[] {
  const has = (c: Column) => c.company?.enps !== undefined;
  const out = columns.filter((c) => c.kind === 'index' || (c.kind === 'question' && has(c)));
  for (const side of columns.filter((c) => c.kind === 'side')) {
    if (open.has(side.key)) out.push(...columns.filter((c) => c.kind === 'driver' && c.side === side.key));
    else out.push(side);
  }
  return [...out, ...columns.filter((c) => c.kind === 'driver' && !columns.some((s) => s.kind === 'side' && s.key === c.side))];
}
