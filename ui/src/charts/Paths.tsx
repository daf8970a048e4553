import { isolate } from './isolate';
import { MarkLines, MarkList, within, type TimeMark } from './Marks';
import { along, spansOf } from './period';
import { linear, padded, ticks, tickDecimals } from './scale';
import { useWidth } from './useWidth';
import { formatNumber } from '@/i18n/format';

export interface Line {
  name: string;
  values: number[];
  color: string;
  dashed?: boolean;
}

interface Props {
  /** Names of the periods, in order. */
  periods: string[];
  lines: Line[];
  /** Quiet lines behind: what chance alone draws. */
  grey?: number[][];
  /** Position of the first period in which an effect is looked for. */
  start: number;
  startLabel: string;
  yLabel: string;
  zero?: boolean;
  summary: string;
  marks?: TimeMark[];
}

/** Lines over periods with the start marked; time runs to the right in every language. */
export function Paths({ periods, lines, grey = [], start, startLabel, yLabel, zero, summary, marks = [] }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = 300;
  const y = linear(padded([...lines.flatMap((l) => l.values), ...grey.flat(), ...(zero ? [0] : [])]), [height - 40, 46]);
  const x = linear([0, Math.max(1, periods.length - 1)], [56, width - 16]);
  const yt = ticks(y.domain, 5);
  const decimals = tickDecimals(yt);
  const every = Math.max(1, Math.ceil(periods.length / Math.max(2, Math.floor(width / 90))));
  const draw = (values: number[]) => values.map((v, i) => `${i ? 'L' : 'M'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`).join('');
  const at = x(Math.max(0, start - 0.5));
  const spans = spansOf(periods);
  const happened = spans ? within(marks, spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0) : [];
  const count = along(spans ?? []);
  const place = (moment: number) => x(Math.min(periods.length - 1, Math.max(0, count(moment))));
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <g fontSize={12} fill="var(--ink-soft)">
          {yt.map((v) => (
            <g key={v}>
              <line x1={x.range[0]} x2={x.range[1]} y1={y(v)} y2={y(v)} stroke={zero && v === 0 ? 'var(--line-strong)' : 'var(--line)'} />
              <text x={x.range[0] - 6} y={y(v) + 4} textAnchor="end">
                {formatNumber(v, decimals)}
              </text>
            </g>
          ))}
          {periods.map((p, i) =>
            i % every === 0 ? (
              <text key={p} x={x(i)} y={height - 20} textAnchor={i === periods.length - 1 ? 'end' : 'middle'}>
                {p}
              </text>
            ) : null,
          )}
          <text x={4} y={14} fill="var(--ink)">
            {isolate(yLabel)}
          </text>
        </g>
        <MarkLines marks={happened} place={place} top={46} bottom={height - 40} />
        <line x1={at} x2={at} y1={y.range[0]} y2={y.range[1] - 6} stroke="var(--accent)" strokeDasharray="3 3" />
        <text x={Math.min(at + 5, width - 90)} y={28} fontSize={12} fill="var(--accent)" fontWeight={600}>
          {isolate(startLabel)}
        </text>
        {grey.map((g, i) => (
          <path key={i} d={draw(g)} fill="none" stroke="var(--line-strong)" strokeOpacity={0.35} />
        ))}
        {lines.map((l) => (
          <path key={l.name} d={draw(l.values)} fill="none" stroke={l.color} strokeWidth={2.25} strokeDasharray={l.dashed ? '6 4' : undefined} />
        ))}
      </svg>
      <MarkList marks={happened} />
      <ul className="legend" style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 18px', margin: '4px 0 0', padding: 0, listStyle: 'none', fontSize: 'var(--text-data)' }}>
        {lines.map((l) => (
          <li key={l.name} style={{ display: 'flex', gap: 8, alignItems: 'center' }}>
            <svg width={26} height={8} aria-hidden>
              <line x1={0} x2={26} y1={4} y2={4} stroke={l.color} strokeWidth={2.5} strokeDasharray={l.dashed ? '6 4' : undefined} />
            </svg>
            {l.name}
          </li>
        ))}
      </ul>
    </div>
  );
}
