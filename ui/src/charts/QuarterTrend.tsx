import { useId } from 'react';
import { formatNumber } from '@/i18n/format';
import { isolate } from './isolate';
import { MarkLines, type TimeMark } from './Marks';
import { linear, padded, tickDecimals, ticks } from './scale';
import { useWidth } from './useWidth';

export interface QuarterDot {
  quarter: string;
  /** Last day, as 2026-03-31. */
  to: string;
  value: number;
  lo?: number;
  hi?: number;
  parent?: number;
  company?: number;
  /** What is measured changed since the dot before: no line may join them. */
  breaks: boolean;
}

interface Props {
  dots: QuarterDot[];
  color: string;
  desired?: number;
  /** Days on which something happened that may explain figures, with the number it has in the list below the chart. */
  events: (TimeMark & { no: number })[];
  names: { here: string; parent: string; company: string; desired: string };
  summary: string;
}

const HEIGHT = 250;
const QUARTER = 93 * 24 * 3600 * 1000;

/** A team's quarters as dots with fading bands at their last days, the unit above and the company as thin lines beside them. */
export function QuarterTrend({ dots, color, desired, events, names, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const id = useId();
  const times = dots.map((d) => Date.parse(d.to));
  const first = Math.min(...times);
  const last = Math.max(...times);
  const domain = padded([...dots.flatMap((d) => [d.value, d.lo, d.hi, d.parent, d.company]), desired].filter((v) => v !== undefined), 0.08);
  const at = ticks(domain, 4);
  const decimals = tickDecimals(at);
  const x = linear(first === last ? [first - 1, last + 1] : [first, last], [58, width - 24]);
  const y = linear(domain, [HEIGHT - 66, 22]);
  const happened = events.filter((e) => Date.parse(e.on) >= first && Date.parse(e.on) <= last);
  const room = Math.max(1, Math.ceil((dots.length * 62) / (width - 60)));
  const joined = (a: number, b: number) => !dots[b]?.breaks && (times[b] ?? 0) - (times[a] ?? 0) < 1.5 * QUARTER;
  const line = (of: (d: QuarterDot) => number | undefined) =>
    dots
      .map((d, i) => {
        const v = of(d);
        if (v === undefined) return '';
        const before = dots[i - 1];
        return `${before && of(before) !== undefined && joined(i - 1, i) ? 'L' : 'M'}${x(times[i] ?? first).toFixed(1)} ${y(v).toFixed(1)}`;
      })
      .join('');
  const key = [
    { name: names.here, dash: undefined, color, w: 2 },
    ...(dots.some((d) => d.parent !== undefined) ? [{ name: names.parent, dash: '1 3', color: 'var(--ink-soft)', w: 1.5 }] : []),
    ...(dots.some((d) => d.company !== undefined) ? [{ name: names.company, dash: '6 3', color: 'var(--ink-soft)', w: 1.25 }] : []),
    ...(desired !== undefined ? [{ name: names.desired, dash: '2 2', color: 'var(--ink)', w: 1 }] : []),
  ];
  // Long names need room: on a narrow page the legend takes two rows.
  const inRow = width < 480 ? 2 : key.length;
  const step = (width - 20) / inRow;
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }} fontSize={12} fill="var(--ink-soft)">
        <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor={color} stopOpacity="0.05" />
          <stop offset="0.5" stopColor={color} stopOpacity="0.5" />
          <stop offset="1" stopColor={color} stopOpacity="0.05" />
        </linearGradient>
        {at.map((v) => (
          <g key={v}>
            <line x1={44} x2={width - 8} y1={y(v)} y2={y(v)} stroke="var(--line)" />
            <text x={38} y={y(v) + 4} textAnchor="end">
              {formatNumber(v, decimals)}
            </text>
          </g>
        ))}
        <MarkLines marks={happened} numbers={happened.map((e) => e.no)} place={(m) => x(Math.min(last, Math.max(first, m)))} top={18} bottom={HEIGHT - 66} />
        {desired !== undefined && <line x1={44} x2={width - 8} y1={y(desired)} y2={y(desired)} stroke="var(--ink)" strokeDasharray="2 2" />}
        <path d={line((d) => d.company)} fill="none" stroke="var(--ink-soft)" strokeWidth={1.25} strokeDasharray="6 3" />
        <path d={line((d) => d.parent)} fill="none" stroke="var(--ink-soft)" strokeWidth={1.5} strokeDasharray="1 3" />
        <path d={line((d) => d.value)} fill="none" stroke={color} strokeWidth={2} />
        {dots.map((d, i) => {
          const cx = x(times[i] ?? first);
          return (
            <g key={d.quarter}>
              {d.lo !== undefined && d.hi !== undefined && <rect x={cx - 8} width={16} y={y(d.hi)} height={Math.max(1.5, y(d.lo) - y(d.hi))} rx={3} fill={`url(#${id})`} />}
              <circle cx={cx} cy={y(d.value)} r={5} fill={color} stroke="var(--surface)" strokeWidth={1.5} />
              {(dots.length - 1 - i) % room === 0 && (
                <text x={cx} y={HEIGHT - 46} textAnchor="middle">
                  {d.quarter}
                </text>
              )}
            </g>
          );
        })}
        {key.map((k, i) => (
          <g key={k.name} transform={`translate(${10 + (i % inRow) * step} ${HEIGHT - (inRow < key.length ? 22 : 12) + 16 * Math.floor(i / inRow)})`}>
            <line x1={0} x2={18} y1={-4} y2={-4} stroke={k.color} strokeWidth={k.w} strokeDasharray={k.dash} />
            <text x={23}>{isolate(k.name)}</text>
          </g>
        ))}
      </svg>
    </div>
  );
}
