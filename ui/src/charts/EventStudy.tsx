import { useId } from 'react';
import { Axes } from './Axes';
import { aroundZero, linear } from './scale';
import { useWidth } from './useWidth';

export interface EventDot {
  at: number;
  estimate: number;
  lo?: number;
  hi?: number;
}

interface Props {
  events: EventDot[];
  color: string;
  xLabel: string;
  yLabel: string;
  summary: string;
}

/** The effect by distance from the start, each with its fading band where there is an honest one; before the start it should be nothing. */
export function EventStudy({ events, color, xLabel, yLabel, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const id = useId();
  const height = 270;
  const values = events.flatMap((e) => [e.estimate, e.lo, e.hi]);
  const y = linear(aroundZero(values, 1e-6), [height - 46, 28]);
  const first = events[0]?.at ?? -1;
  const last = events.at(-1)?.at ?? 1;
  const x = linear([first - 0.5, last + 0.5], [60, width - 12]);
  const every = Math.max(1, Math.ceil(events.length / Math.max(2, Math.floor(width / 60))));
  const wide = Math.max(2, Math.min(14, ((x.range[1] - x.range[0]) / Math.max(1, events.length)) * 0.5));
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <linearGradient id={id} x1="0" x2="0" y1="0" y2="1">
          <stop offset="0" stopColor={color} stopOpacity="0.05" />
          <stop offset="0.5" stopColor={color} stopOpacity="0.65" />
          <stop offset="1" stopColor={color} stopOpacity="0.05" />
        </linearGradient>
        <rect x={x(-0.5)} width={Math.max(0, x.range[1] - x(-0.5))} y={y.range[1]} height={y.range[0] - y.range[1]} fill="var(--accent-soft)" opacity={0.5} />
        <Axes x={x} y={y} xLabel={xLabel} yLabel={yLabel} zero steps={events.filter((e) => e.at % every === 0).map((e) => e.at)} />
        {events.map((e) => (
          <g key={e.at}>
            {e.lo !== undefined && e.hi !== undefined && e.hi > e.lo && (
              <rect x={x(e.at) - wide / 2} width={wide} y={y(e.hi)} height={Math.max(1.5, y(e.lo) - y(e.hi))} rx={2} fill={`url(#${id})`} />
            )}
            <circle cx={x(e.at)} cy={y(e.estimate)} r={4} fill={e.at < 0 ? 'var(--surface)' : color} stroke={e.at < 0 ? 'var(--strength-none)' : 'var(--surface)'} strokeWidth={1.5} />
          </g>
        ))}
      </svg>
    </div>
  );
}
