import { dateFormat, numberFormat } from './intl';

/**
 * How many decimals an interval supports: the place of its half-width's first figure, one more where that figure is a 1.
 * Correlations ask for at least two, or neighbours could not be told apart.
 */
export function decimalsFor(lo?: number, hi?: number, estimate?: number, least = 0): number {
  const width = lo !== undefined && hi !== undefined ? Math.abs(hi - lo) / 2 : Math.abs(estimate ?? 1) / 10;
  if (!Number.isFinite(width) || width === 0) return Math.max(2, least);
  const place = -Math.floor(Math.log10(width));
  const leading = width * 10 ** place;
  return Math.min(6, Math.max(least, place + (leading < 2 ? 1 : 0), 0));
}

// A true minus sign has the width of a figure and does not break from its number.
function withMinus(text: string): string {
  return text.replace(/[\u200e\u200f\u061c]/g, '').replace(/-/g, '−');
}

export function formatNumber(value: number, decimals?: number): string {
  const options = decimals === undefined ? { maximumSignificantDigits: 4 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  // What rounds to zero has no sign.
  const shown = decimals !== undefined && Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value;
  return withMinus(numberFormat(options).format(shown));
}

export function formatCount(value: number): string {
  return withMinus(numberFormat().format(value));
}

export function formatPercent(share: number): string {
  return withMinus(numberFormat({ style: 'percent', maximumFractionDigits: 0 }).format(share));
}

export function formatRange(lo: number, hi: number, decimals: number): string {
  return `${formatNumber(lo, decimals)} … ${formatNumber(hi, decimals)}`;
}

export function formatDay(date: string): string {
  return dateFormat({ dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(date));
}

export function formatTime(instant: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

export function formatSize(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = units[step] ?? 'byte';
  return numberFormat({ style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / 1000 ** step);
}

export function formatPvalue(p: number): string {
  return p < 0.001 ? `< ${formatNumber(0.001, 3)}` : `= ${formatNumber(p, p < 0.1 ? 3 : 2)}`;
}
