import { numberFormat } from './intl';

function digits(currency: string): number {
  return numberFormat({ style: 'currency', currency }, 'en').resolvedOptions().maximumFractionDigits ?? 2;
}

/** Money comes and goes as whole minor units; people read and write the currency's own unit. */
export function formatMoney(minor: number, currency: string): string {
  const value = minor / 10 ** digits(currency);
  return numberFormat({ style: 'currency', currency, maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : undefined }).format(value).replace(/[\u200e\u200f]/g, '').replace(/-/g, '−');
}

/** Whole units of the currency, for an axis. */
export function formatRound(value: number, currency: string): string {
  return numberFormat({ style: 'currency', currency, maximumFractionDigits: 0 }).format(value).replace(/[\u200e\u200f]/g, '').replace(/-/g, '−');
}

export function toMinor(value: number, currency: string): number {
  return Math.round(value * 10 ** digits(currency));
}

export function fromMinor(minor: number, currency: string): number {
  return minor / 10 ** digits(currency);
}

/** A return as signed per cent: +20.8 %. */
export function formatReturn(share: number): string {
  return numberFormat({ style: 'percent', signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(share).replace(/[\u200e\u200f]/g, '').replace(/-/g, '−');
}
