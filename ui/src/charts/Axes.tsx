import { formatNumber } from '@/i18n/format';
import { isolate } from './isolate';
import { tickDecimals, ticks, type Scale } from './scale';

interface Props {
  x: Scale;
  y: Scale;
  xLabel: string;
  yLabel: string;
  /** Where the zero lines belong to the meaning, they are drawn stronger. */
  zero?: boolean;
  /** Where the horizontal axis counts, only these places are named and nothing is drawn above them. */
  steps?: number[];
}

/** Two axes with quiet grid lines; values grow to the right and upwards in every language. */
export function Axes({ x, y, xLabel, yLabel, zero, steps }: Props) {
  const [x0, x1] = x.range;
  const [y0, y1] = y.range;
  const xt = steps ?? ticks(x.domain, Math.max(2, Math.round((x1 - x0) / 80)));
  const yt = ticks(y.domain, Math.max(2, Math.round((y0 - y1) / 60)));
  const xd = steps ? 0 : tickDecimals(xt);
  const upright = zero && !steps;
  const yd = tickDecimals(yt);
  return (
    <g fontSize={12} fill="var(--ink-soft)">
      {yt.map((v) => (
        <g key={v}>
          <line x1={x0} x2={x1} y1={y(v)} y2={y(v)} stroke={zero && v === 0 ? 'var(--line-strong)' : 'var(--line)'} />
          <text x={x0 - 6} y={y(v) + 4} textAnchor="end">
            {formatNumber(v, yd)}
          </text>
        </g>
      ))}
      {xt.map((v) => (
        <g key={v}>
          <line x1={x(v)} x2={x(v)} y1={y0} y2={upright && v === 0 ? y1 : y0 + 5} stroke={upright && v === 0 ? 'var(--line-strong)' : 'var(--line)'} />
          <text x={x(v)} y={y0 + 18} textAnchor="middle">
            {formatNumber(v, xd)}
          </text>
        </g>
      ))}
      <text x={(x0 + x1) / 2} y={y0 + 36} textAnchor="middle" fill="var(--ink)">
        {isolate(xLabel)}
      </text>
      <text x={4} y={y1 - 10} textAnchor="start" fill="var(--ink)">
        {isolate(yLabel)}
      </text>
    </g>
  );
}
