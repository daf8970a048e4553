import { formatPercent } from '@/i18n/format';
import { Axes } from './Axes';
import { isolate } from './isolate';
import { linear } from './scale';
import { useWidth } from './useWidth';

interface Props {
  curve: { effect: number; power: number }[];
  expected?: number;
  expectedLabel: string;
  xLabel: string;
  yLabel: string;
  summary: string;
}

/** What could be seen against what is expected: the chance to see an effect, by its size. */
export function PowerCurve({ curve, expected, expectedLabel, xLabel, yLabel, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = 230;
  const most = Math.max(curve.at(-1)?.effect ?? 1, (expected ?? 0) * 1.1);
  const x = linear([0, most], [52, width - 14]);
  const y = linear([0, 1], [height - 46, 28]);
  const line = curve.map((p, i) => `${i ? 'L' : 'M'}${x(p.effect).toFixed(1)} ${y(p.power).toFixed(1)}`).join('');
  // The name of the line stands on the side with room, and away from where the curve passes it.
  const late = x(expected ?? 0) > width * 0.6;
  const seen = curve.find((p) => p.effect >= (expected ?? 0))?.power ?? 1;
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <Axes x={x} y={y} xLabel={xLabel} yLabel={yLabel} />
        <line x1={x.range[0]} x2={x.range[1]} y1={y(0.8)} y2={y(0.8)} stroke="var(--accent)" strokeDasharray="3 3" />
        <text x={x.range[1]} y={y(0.8) - 5} fontSize={12} textAnchor="end" fill="var(--accent)">
          {formatPercent(0.8)}
        </text>
        <path d={`${line}L${x(most).toFixed(1)} ${y(curve.at(-1)?.power ?? 1).toFixed(1)}`} fill="none" stroke="var(--strength-pos)" strokeWidth={2.25} />
        {expected !== undefined && expected > 0 && (
          <g>
            <line x1={x(expected)} x2={x(expected)} y1={y.range[0]} y2={y.range[1]} stroke="var(--strength-neg)" strokeWidth={1.5} />
            <text x={x(expected) + (late ? -6 : 6)} y={y(seen > 0.45 ? 0.25 : 0.6)} textAnchor={late ? 'end' : 'start'} fontSize={12} fill="var(--strength-neg)" fontWeight={600}>
              {isolate(expectedLabel)}
            </text>
          </g>
        )}
      </svg>
    </div>
  );
}
