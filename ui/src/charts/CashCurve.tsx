import { Axes } from './Axes';
import { isolate } from './isolate';
import { MarkLines, MarkList, within, type TimeMark } from './Marks';
import { linear, padded } from './scale';
import { useWidth } from './useWidth';

interface Props {
  points: { month: number; value: number; tail: boolean }[];
  payback?: number;
  paybackLabel: string;
  xLabel: string;
  yLabel: string;
  summary: string;
  /** Day of month 0, so that what happened outside can be put beside it. */
  from?: string;
  marks?: TimeMark[];
}

const MONTH = (365.25 / 12) * 24 * 3600 * 1000;

/** Money spent and come back, added up over the months: the early dip belongs to the picture. What is modelled is dashed. */
export function CashCurve({ points, payback, paybackLabel, xLabel, yLabel, summary, from, marks = [] }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = 260;
  const last = points.at(-1)?.month ?? 1;
  const x = linear([0, Math.max(1, last)], [76, width - 16]);
  const y = linear(padded([0, ...points.map((p) => p.value)], 0.08), [height - 46, 28]);
  const begin = from ? Date.parse(from) : NaN;
  const happened = from ? within(marks, begin, begin + last * MONTH) : [];
  const place = (moment: number) => x(Math.min(last, Math.max(0, (moment - begin) / MONTH)));
  const path = (list: Props['points']) => list.map((p, i) => `${i ? 'L' : 'M'}${x(p.month).toFixed(1)} ${y(p.value).toFixed(1)}`).join('');
  const measured = points.filter((p) => !p.tail);
  const joint = measured.at(-1);
  const tail = points.filter((p) => p.tail);
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <Axes x={x} y={y} xLabel={xLabel} yLabel={yLabel} zero />
        <MarkLines marks={happened} place={place} top={28} bottom={height - 46} />
        <path d={path(measured)} fill="none" stroke="var(--kind-money)" strokeWidth={2.25} />
        {joint && tail.length > 0 && <path d={path([joint, ...tail])} fill="none" stroke="var(--kind-money)" strokeWidth={2} strokeDasharray="5 4" />}
        {points.map((p) => (
          <circle key={p.month} cx={x(p.month)} cy={y(p.value)} r={4} fill={p.tail ? 'var(--surface)' : 'var(--kind-money)'} stroke="var(--kind-money)" strokeWidth={1.5} />
        ))}
        {payback !== undefined && (
          <g>
            <line x1={x(payback)} x2={x(payback)} y1={y.range[0]} y2={y.range[1]} stroke="var(--strength-pos)" strokeDasharray="3 3" />
            <text x={Math.min(x(payback) + 5, width - 110)} y={y.range[1] + 10} fontSize={12} fill="var(--strength-pos)" fontWeight={600}>
              {isolate(paybackLabel)}
            </text>
          </g>
        )}
      </svg>
      <MarkList marks={happened} />
    </div>
  );
}
