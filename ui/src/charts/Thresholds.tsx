import { formatNumber } from '@/i18n/format';
import { isolate } from './isolate';
import { linear, padded, tickDecimals, ticks } from './scale';
import { useWidth } from './useWidth';

// A label keeps the lines behind it off its letters.
const halo = { stroke: 'var(--surface)', strokeWidth: 4, paintOrder: 'stroke', strokeLinejoin: 'round' } as const;

interface Mark {
  label: string;
  at: number;
  color: string;
  dashed?: boolean;
}

interface Props {
  label: string;
  estimate: number;
  lo: number;
  hi: number;
  marks: Mark[];
  xLabel: string;
  summary: string;
}

/** An expected effect with its band on one line with the sizes that matter: from where it pays, and from where it is seen. */
export function Thresholds({ label, estimate, lo, hi, marks, xLabel, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const row = 26;
  const height = 96 + row * (marks.length + 1);
  const x = linear(padded([0, lo, hi, estimate, ...marks.map((m) => m.at)], 0.12), [16, width - 16]);
  const xt = ticks(x.domain, Math.max(2, Math.round(width / 110)));
  const digits = tickDecimals(xt);
  const base = height - 44;
  const side = (v: number) => (x(v) > width * 0.62 ? 'end' : 'start');
  const beside = (v: number) => x(v) + (side(v) === 'end' ? -7 : 7);
  const bandY = 18 + row * marks.length + 14;
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <g fontSize={12} fill="var(--ink-soft)">
          {xt.map((v) => (
            <g key={v}>
              <line x1={x(v)} x2={x(v)} y1={8} y2={base} stroke={v === 0 ? 'var(--line-strong)' : 'var(--line)'} />
              <text x={x(v)} y={base + 16} textAnchor="middle">
                {formatNumber(v, digits)}
              </text>
            </g>
          ))}
          <text x={width / 2} y={height - 6} textAnchor="middle" fill="var(--ink)">
            {isolate(xLabel)}
          </text>
        </g>
        {marks.map((m, i) => (
          <line key={m.label} x1={x(m.at)} x2={x(m.at)} y1={10 + row * i} y2={base} stroke={m.color} strokeWidth={2} strokeDasharray={m.dashed ? '4 3' : undefined} />
        ))}
        {marks.map((m, i) => (
          <text key={m.label} x={beside(m.at)} y={22 + row * i} textAnchor={side(m.at)} fontSize={12.5} fontWeight={600} fill={m.color} {...halo}>
            {isolate(m.label)}
          </text>
        ))}
        <rect x={x(lo)} y={bandY} width={Math.max(2, x(hi) - x(lo))} height={14} rx={4} fill="var(--strength-pos)" fillOpacity={0.25} />
        <circle cx={x(estimate)} cy={bandY + 7} r={6} fill="var(--strength-pos)" stroke="var(--surface)" strokeWidth={1.5} />
        <text x={beside(estimate)} y={bandY - 5} textAnchor={side(estimate)} fontSize={12.5} fontWeight={600} fill="var(--strength-pos)" {...halo}>
          {isolate(label)}
        </text>
      </svg>
    </div>
  );
}
