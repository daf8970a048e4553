import { formatNumber } from '@/i18n/format';
import { linear, tickDecimals, ticks, type Domain } from './scale';

/** The scale that a column of bands shares. */
export function BandAxis({ domain, width = 240 }: { domain: Domain; width?: number }) {
  const x = linear(domain, [8, width - 8]);
  const at = ticks(domain, 4);
  const decimals = tickDecimals(at);
  return (
    <svg viewBox={`0 0 ${width} 18`} width={width} height={18} aria-hidden style={{ direction: 'ltr', display: 'block', maxInlineSize: '100%' }}>
      {at.map((v) => (
        <text key={v} x={x(v)} y={13} textAnchor={v === at[0] && x(v) < 16 ? 'start' : v === at.at(-1) && x(v) > width - 16 ? 'end' : 'middle'} fontSize={11} fill="var(--ink-soft)">
          {formatNumber(v, decimals)}
        </text>
      ))}
    </svg>
  );
}
