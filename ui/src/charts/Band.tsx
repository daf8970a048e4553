import { useId } from 'react';
import { linear, type Domain } from './scale';

interface Props {
  domain: Domain;
  estimate: number;
  lo?: number;
  hi?: number;
  /** The naive figure on the same line, as a hollow diamond. */
  naive?: number;
  color: string;
  width?: number;
  height?: number;
}

/**
 * A dot and a band that fades towards its ends, on a common zero line: a gradient says "less likely" better than a bar with
 * whiskers (Correll & Gleicher 2014). The figures stand beside it as text, so the picture is hidden from screen readers.
 */
export function Band({ domain, estimate, lo, hi, naive, color, width = 240, height = 30 }: Props) {
  const id = useId();
  const x = linear(domain, [8, width - 8]);
  const mid = height / 2;
  const clamp = (v: number) => Math.min(width - 2, Math.max(2, x(v)));
  return (
    <svg className="band" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden style={{ direction: 'ltr', display: 'block', maxInlineSize: '100%' }}>
      <line x1={x(domain[0])} x2={x(domain[1])} y1={mid} y2={mid} stroke="var(--line)" />
      <line x1={x(0)} x2={x(0)} y1={0} y2={height} stroke="var(--line-strong)" strokeWidth={1.25} />
      {lo !== undefined && hi !== undefined && (
        <>
          <linearGradient id={id} gradientUnits="userSpaceOnUse" x1={clamp(lo)} x2={clamp(hi)} y1="0" y2="0">
            <stop offset="0" stopColor={color} stopOpacity="0.05" />
            <stop offset={fraction(lo, hi, estimate)} stopColor={color} stopOpacity="0.75" />
            <stop offset="1" stopColor={color} stopOpacity="0.05" />
          </linearGradient>
          <rect x={clamp(lo)} y={mid - 7} width={Math.max(1.5, clamp(hi) - clamp(lo))} height={14} rx={3} fill={`url(#${id})`} />
        </>
      )}
      {naive !== undefined && (
        <path d={`M${clamp(naive)} ${mid - 6}l6 6l-6 6l-6 -6z`} fill="var(--surface)" stroke="var(--ink-soft)" strokeWidth={1.5} />
      )}
      <circle cx={clamp(estimate)} cy={mid} r={5} fill={color} stroke="var(--surface)" strokeWidth={1.5} />
    </svg>
  );
}

function fraction(lo: number, hi: number, at: number): number {
  return hi > lo ? Math.min(0.95, Math.max(0.05, (at - lo) / (hi - lo))) : 0.5;
}
