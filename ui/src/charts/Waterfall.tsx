import { isolate } from './isolate';
import { linear } from './scale';
import { useWidth } from './useWidth';

export interface Step {
  label: string;
  /** Where the bar begins and ends, in the unit of the axis. */
  from: number;
  to: number;
  /** A sum stands on zero; what is added hangs between two sums. */
  sum?: boolean;
  text: string;
}

interface Props {
  steps: Step[];
  summary: string;
}

const row = 50;

/** Cuts a label that would run out of the picture; the whole of it stands in the table and in its title. */
function fit(label: string, room: number): string {
  const most = Math.max(8, Math.floor(room / 6.8));
  return label.length > most ? `${label.slice(0, most - 1).trimEnd()}…` : label;
}

/** From one figure to another, step by step; the bars share one zero line and the parts add up to the end. */
export function Waterfall({ steps, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const ends = steps.flatMap((s) => [s.from, s.to, 0]);
  const lo = Math.min(...ends);
  const hi = Math.max(...ends);
  const x = linear([lo, hi === lo ? lo + 1 : hi], [8, width - 96]);
  const height = steps.length * row + 8;
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }} fontSize={13}>
        <line x1={x(0)} x2={x(0)} y1={0} y2={height} stroke="var(--line-strong)" strokeWidth={1.25} />
        {steps.map((s, i) => {
          const start = Math.min(x(s.from), x(s.to));
          const length = Math.max(2, Math.abs(x(s.to) - x(s.from)));
          const top = i * row + 22;
          const next = steps[i + 1];
          return (
            <g key={s.label + String(i)}>
              <text x={8} y={i * row + 15} fill="var(--ink-soft)" stroke="var(--surface)" strokeWidth={4} paintOrder="stroke">
                <title>{s.label}</title>
                {isolate(fit(s.label, width - 16))}
              </text>
              <rect x={start} y={top} width={length} height={18} rx={3} fill={s.sum ? 'var(--kind-money)' : s.to >= s.from ? 'var(--strength-pos)' : 'var(--strength-neg)'} opacity={s.sum ? 1 : 0.75} />
              <text x={Math.max(start + length, x(0)) + 8} y={top + 14} fill="var(--ink)" fontWeight={s.sum ? 650 : 400}>
                {isolate(s.text)}
              </text>
              {next && <line x1={x(s.to)} x2={x(s.to)} y1={top + 18} y2={top + row} stroke="var(--ink-soft)" strokeDasharray="2 3" />}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
