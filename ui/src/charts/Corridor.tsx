import { formatNumber } from '@/i18n/format';
import { isolate } from './isolate';
import { MarkLines, MarkList, within, type TimeMark } from './Marks';
import { along } from './period';
import { linear, padded, tickDecimals, ticks } from './scale';
import { useWidth } from './useWidth';

export interface Stretch {
  label: string;
  estimate: number;
  lo: number;
  hi: number;
  /** What came out, where it has been measured. */
  actual?: number;
  /** Ahead, behind or otherwise: the mark has its own shape, not only its own colour. */
  state?: string;
  /** Days of its beginning and end, so that what happened outside can be put beside it. */
  from?: string;
  to?: string;
}

interface Props {
  stretches: Stretch[];
  yLabel: string;
  format?: (v: number) => string;
  color: string;
  summary: string;
  marks?: TimeMark[];
}

const shape: Record<string, (x: number, y: number) => string> = {
  ahead: (x, y) => `M${x} ${y - 7}l7 12h-14z`,
  behind: (x, y) => `M${x} ${y + 7}l7 -12h-14z`,
};

/** What is expected stretch by stretch with its band, and what came out: a dot inside, a triangle pointing to where it left. */
export function Corridor({ stretches, yLabel, format, color, summary, marks = [] }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = 260;
  const y = linear(padded([0, ...stretches.flatMap((s) => [s.lo, s.hi, s.actual ?? s.estimate])]), [height - 34, 30]);
  const yt = ticks(y.domain, 5);
  const say = format ?? ((v: number) => formatNumber(v, tickDecimals(yt)));
  const left = 22 + 7.2 * Math.max(...yt.map((v) => say(v).length));
  const x = linear([-0.5, stretches.length - 0.5], [left, width - 12]);
  const every = Math.max(1, Math.ceil(stretches.length / Math.max(2, Math.floor((width - left) / 76))));
  const line = (of: (s: Stretch) => number) => stretches.map((s, i) => `${x(i).toFixed(1)} ${y(of(s)).toFixed(1)}`);
  const spans = stretches.flatMap((s) => (s.from && s.to ? [[Date.parse(s.from), Date.parse(s.to) + 24 * 3600 * 1000] as const] : []));
  const whole = spans.length === stretches.length;
  const happened = whole ? within(marks, spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0) : [];
  const count = along(spans);
  const band = `M${line((s) => s.hi).join('L')}L${line((s) => s.lo).reverse().join('L')}Z`;
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <g fontSize={12} fill="var(--ink-soft)">
          {yt.map((v) => (
            <g key={v}>
              <line x1={x.range[0]} x2={x.range[1]} y1={y(v)} y2={y(v)} stroke={v === 0 ? 'var(--line-strong)' : 'var(--line)'} />
              <text x={x.range[0] - 6} y={y(v) + 4} textAnchor="end">
                {say(v)}
              </text>
            </g>
          ))}
          {stretches.map((s, i) =>
            i % every === 0 ? (
              <text key={s.label} x={x(i)} y={height - 12} textAnchor={i === stretches.length - 1 ? 'end' : 'middle'}>
                {s.label}
              </text>
            ) : null,
          )}
          <text x={4} y={14} fill="var(--ink)">
            {isolate(yLabel)}
          </text>
        </g>
        <MarkLines marks={happened} place={(m) => x(count(m))} top={30} bottom={height - 34} />
        <path d={band} fill={color} fillOpacity={0.16} />
        <path d={`M${line((s) => s.estimate).join('L')}`} fill="none" stroke={color} strokeWidth={2} strokeDasharray="6 4" />
        {stretches.map((s, i) =>
          s.actual === undefined ? null : shape[s.state ?? ''] ? (
            <path key={s.label} d={shape[s.state ?? '']?.(x(i), y(s.actual))} fill="var(--ink)" stroke="var(--surface)" strokeWidth={1.5} />
          ) : (
            <circle key={s.label} cx={x(i)} cy={y(s.actual)} r={5.5} fill={s.state === 'running' ? 'var(--surface)' : 'var(--ink)'} stroke="var(--ink)" strokeWidth={1.5} />
          ),
        )}
      </svg>
      <MarkList marks={happened} />
    </div>
  );
}
