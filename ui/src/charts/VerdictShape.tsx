import { useId } from 'react';
import type { Verdict } from './evidence';

interface Props {
  verdict: Verdict;
  color?: string;
  /** Radius in a box of 2 × 20. */
  radius?: number;
  size?: number;
}

/** The shape of a verdict: ● supported (with a ring), ◕ indicative, ◐ exploratory, ○ no link seen, ▨ not enough evidence. */
export function VerdictShape({ verdict, color = 'currentColor', radius = 12, size = 18 }: Props) {
  const id = useId();
  const r = radius;
  return (
    <svg width={size} height={size} viewBox="-20 -20 40 40" aria-hidden style={{ flex: 'none' }}>
      {verdict === 'supported' && (
        <>
          <circle r={r} fill={color} />
          <circle r={r + 4} fill="none" stroke="var(--ink)" strokeWidth={2} />
        </>
      )}
      {verdict === 'indicative' && (
        <>
          <circle r={r} fill="none" stroke={color} strokeWidth={2.5} />
          <path d={`M0 0V${-r}A${r} ${r} 0 1 1 ${-r} 0Z`} fill={color} />
        </>
      )}
      {verdict === 'exploratory' && (
        <>
          <circle r={r} fill="none" stroke={color} strokeWidth={2.5} />
          <path d={`M0 ${-r}A${r} ${r} 0 0 1 0 ${r}Z`} fill={color} />
        </>
      )}
      {verdict === 'no_link_seen' && <circle r={r} fill="none" stroke={color} strokeWidth={2.5} />}
      {verdict === 'not_enough_evidence' && (
        <>
          <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line x1="0" y1="0" x2="0" y2="6" stroke="var(--strength-none)" strokeWidth="2.5" />
          </pattern>
          <rect x={-r} y={-r} width={2 * r} height={2 * r} fill={`url(#${id})`} stroke="var(--strength-none)" strokeWidth={2} />
        </>
      )}
    </svg>
  );
}
