import { useId } from 'react';
import { formatDay, formatNumber } from '@/i18n/format';
import { isolate } from './isolate';
import { MarkLines, MarkList, within, type TimeMark } from './Marks';
import { linear, ticks, type Domain } from './scale';
import { useWidth } from './useWidth';

export interface TrendDot {
  /** Day, as 2026-03-31. */
  on: string;
  value: number;
  lo?: number;
  hi?: number;
  /** What is measured changed since the dot before: no line may join them. */
  breaks: boolean;
  /** Nothing was measured in between: no line joins them, and nothing is said to have changed. */
  gap?: boolean;
}

interface Props {
  dots: TrendDot[];
  /** What the line is compared with: drawn thin and dashed, without bands. */
  beside?: TrendDot[];
  domain: Domain;
  /** Of the scale's figures. */
  decimals?: number;
  color: string;
  breakLabel: string;
  summary: string;
  /** Numbered in the picture, named below it. */
  marks?: TimeMark[];
}

/** Dots at their real dates with fading bands, joined only where they mean the same; time runs to the right in every language. */
export function TrendLine({ dots, beside = [], domain, decimals = 0, color, breakLabel, summary, marks = [] }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const id = useId();
  const height = 230;
  // Waves of one day (rehearsals) stand side by side instead of on top of each other.
  const dated = new Set(dots.map((d) => d.on)).size === dots.length;
  const times = dots.map((d, i) => (dated ? Date.parse(d.on) : i));
  const others = dated ? beside.map((d) => Date.parse(d.on)) : [];
  const first = Math.min(...times, ...others);
  const last = Math.max(...times, ...others);
  const x = linear(first === last ? [first - 1, last + 1] : [first, last], [60, width - 44]);
  const y = linear(domain, [height - 34, 16]);
  const at = (i: number) => x(times[i] ?? first);
  // A date is written where there is room for it after the one before.
  const written = new Set<number>();
  let edge = -Infinity;
  dots.forEach((_, i) => {
    if (at(i) - edge < 92) return;
    written.add(i);
    edge = at(i);
  });
  const happened = dated ? within(marks, first, last) : [];
  const place = (moment: number) => x(Math.min(last, Math.max(first, moment)));
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }} fontSize={12} fill="var(--ink-soft)">
        <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor={color} stopOpacity="0.05" />
          <stop offset="0.5" stopColor={color} stopOpacity="0.5" />
          <stop offset="1" stopColor={color} stopOpacity="0.05" />
        </linearGradient>
        {ticks(domain, 4).map((v) => (
          <g key={v}>
            <line x1={44} x2={width - 12} y1={y(v)} y2={y(v)} stroke={v === 0 ? 'var(--line-strong)' : 'var(--line)'} />
            <text x={38} y={y(v) + 4} textAnchor="end">
              {formatNumber(v, decimals)}
            </text>
          </g>
        ))}
        <MarkLines marks={happened} place={place} top={16} bottom={height - 34} />
        {others.map((time, i) => {
          const [d, before, then] = [beside[i], beside[i - 1], others[i - 1]];
          if (!d) return null;
          return (
            <g key={`beside${d.on}`}>
              {before && then !== undefined && !d.breaks && !d.gap && <line x1={x(then)} y1={y(before.value)} x2={x(time)} y2={y(d.value)} stroke="var(--ink-soft)" strokeWidth={1.5} strokeDasharray="5 4" />}
              <circle cx={x(time)} cy={y(d.value)} r={3} fill="var(--surface)" stroke="var(--ink-soft)" strokeWidth={1.5} />
            </g>
          );
        })}
        {dots.map((d, i) => {
          const before = dots[i - 1];
          return (
            <g key={d.on + String(i)}>
              {d.breaks && (
                <>
                  <line x1={at(i) - 14} x2={at(i) - 14} y1={16} y2={height - 34} stroke="var(--ink-soft)" strokeDasharray="3 3" />
                  <text x={at(i) - 18} y={26} textAnchor="end">
                    {isolate(breakLabel)}
                  </text>
                </>
              )}
              {before && !d.breaks && !d.gap && <line x1={at(i - 1)} y1={y(before.value)} x2={at(i)} y2={y(d.value)} stroke={color} strokeWidth={2} />}
              {d.lo !== undefined && d.hi !== undefined && <rect x={at(i) - 8} width={16} y={y(d.hi)} height={Math.max(1.5, y(d.lo) - y(d.hi))} rx={3} fill={`url(#${id})`} />}
              <circle cx={at(i)} cy={y(d.value)} r={dots.length > 40 ? 3 : 5} fill={color} stroke="var(--surface)" strokeWidth={1.5} />
              {written.has(i) && (
                <text x={at(i)} y={height - 12} textAnchor="middle">
                  {isolate(formatDay(d.on))}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <MarkList marks={happened} />
    </div>
  );
}
