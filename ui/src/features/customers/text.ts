import { isolate } from '@/charts/isolate';
import { formatNumber } from '@/i18n/format';
import { numberFormat } from '@/i18n/intl';

/** A share in per cent; below one per cent with a decimal, or it would read as nothing. */
export function shareText(share: number): string {
  const percent = 100 * share;
  const decimals = percent > 99 || percent < 2 ? 1 : 0;
  return isolate(`${formatNumber(percent, decimals)}%`);
}

/** An amount in whole units of its currency. */
export function money(amount: number, currency: string): string {
  return isolate(numberFormat({ style: 'currency', currency, maximumFractionDigits: 0 }).format(amount));
}
