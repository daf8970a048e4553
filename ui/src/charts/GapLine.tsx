import { useId } from 'react';
import { linear, type Domain } from './scale';

interface Props {
  domain: Domain;
  actual?: number;
  lo?: number;
  hi?: number;
  desired?: number;
  market?: number;
  color: string;
  width?: number;
}

/**
 * Where a figure stands (a dot with a band that fades), where it is wanted (a flag) and where the market is (a hollow
 * diamond), on the scale of the metric. The figures stand beside it as text, so the picture is hidden from screen readers.
 */
export function GapLine({ domain, actual, lo, hi, desired, market, color, width = 200 }: Props) {
  const id = useId();
  const height = 30;
  const x = linear(domain, [8, width - 8]);
  const mid = height / 2 + 3;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden style={{ direction: 'ltr', display: 'block', maxInlineSize: '100%' }}>
      <line x1={2} x2={width - 2} y1={mid} y2={mid} stroke="var(--line)" />
      {actual !== undefined && desired !== undefined && <line x1={x(actual)} x2={x(desired)} y1={mid} y2={mid} stroke="var(--line-strong)" strokeWidth={1.5} strokeDasharray="3 3" />}
      {lo !== undefined && hi !== undefined && (
        <>
          <linearGradient id={id}>
            <stop offset="0" stopColor={color} stopOpacity="0.05" />
            <stop offset="0.5" stopColor={color} stopOpacity="0.75" />
            <stop offset="1" stopColor={color} stopOpacity="0.05" />
          </linearGradient>
          <rect x={x(lo)} y={mid - 6} width={Math.max(1.5, x(hi) - x(lo))} height={12} rx={3} fill={`url(#${id})`} />
        </>
      )}
      {market !== undefined && <path d={`M${x(market)} ${mid - 6}l6 6l-6 6l-6 -6z`} fill="var(--surface)" stroke="var(--ink-soft)" strokeWidth={1.5} />}
      {desired !== undefined && <path d={`M${x(desired)} ${mid + 9}V3l9 4l-9 4`} fill="var(--ink)" stroke="var(--ink)" strokeWidth={1.5} strokeLinejoin="round" />}
      {actual !== undefined && <circle cx={x(actual)} cy={mid} r={5} fill={color} stroke="var(--surface)" strokeWidth={1.5} />}
    </svg>
  );
}
