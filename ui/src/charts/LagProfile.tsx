import { useId } from 'react';
import { Axes } from './Axes';
import { isolate } from './isolate';
import { linear, widest } from './scale';
import { useWidth } from './useWidth';

export interface LagDot {
  lag: number;
  declared: boolean;
  estimate?: number;
  lo?: number;
  hi?: number;
}

interface Props {
  lags: LagDot[];
  color: string;
  xLabel: string;
  yLabel: string;
  declaredLabel: string;
  summary: string;
}

/** One dot with its fading band per lag; the lag fixed beforehand is marked, all others are exploration and stay neutral. */
export function LagProfile({ lags, color, xLabel, yLabel, declaredLabel, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const id = useId();
  const height = 250;
  const domain = widest(lags.flatMap((l) => [l.lo, l.hi, l.estimate]));
  const first = lags[0]?.lag ?? 0;
  const last = lags.at(-1)?.lag ?? 1;
  const x = linear([first - 0.5, last + 0.5], [52, width - 12]);
  const y = linear(domain, [height - 46, 28]);
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <defs>
          {[color, 'var(--strength-none)'].map((c, i) => (
            <linearGradient key={c} id={`${id}${i}`} x1="0" x2="0" y1="0" y2="1">
              <stop offset="0" stopColor={c} stopOpacity="0.05" />
              <stop offset="0.5" stopColor={c} stopOpacity="0.7" />
              <stop offset="1" stopColor={c} stopOpacity="0.05" />
            </linearGradient>
          ))}
        </defs>
        {lags
          .filter((l) => l.declared)
          .map((l) => (
            <g key={l.lag}>
              <rect x={x(l.lag - 0.5)} width={x(l.lag + 0.5) - x(l.lag - 0.5)} y={y.range[1]} height={y.range[0] - y.range[1]} fill="var(--accent-soft)" />
              <text x={x(l.lag)} y={y.range[0] - 8} textAnchor="middle" fontSize={12} fontWeight={600} fill="var(--accent)">
                {isolate(declaredLabel)}
              </text>
            </g>
          ))}
        <Axes x={x} y={y} xLabel={xLabel} yLabel={yLabel} zero steps={lags.map((l) => l.lag)} />
        {lags.map((l) =>
          l.estimate === undefined ? (
            <text key={l.lag} x={x(l.lag)} y={y(0) - 6} textAnchor="middle" fontSize={13} fill="var(--ink-soft)">
              ▨
            </text>
          ) : (
            <g key={l.lag}>
              {l.lo !== undefined && l.hi !== undefined && (
                <rect x={x(l.lag) - 8} width={16} y={y(l.hi)} height={Math.max(1.5, y(l.lo) - y(l.hi))} rx={3} fill={`url(#${id}${l.declared ? 0 : 1})`} />
              )}
              <circle cx={x(l.lag)} cy={y(l.estimate)} r={5.5} fill={l.declared ? color : 'var(--surface)'} stroke={l.declared ? 'var(--surface)' : 'var(--strength-none)'} strokeWidth={2} />
            </g>
          ),
        )}
      </svg>
    </div>
  );
}
