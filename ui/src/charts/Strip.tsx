import { formatNumber } from '@/i18n/format';
import { isolate } from './isolate';
import { linear, padded, tickDecimals, ticks } from './scale';
import { useWidth } from './useWidth';

interface Props {
  values: { name?: string; value: number }[];
  overall: number;
  lo?: number;
  hi?: number;
  overallLabel: string;
  color: string;
  summary: string;
}

/** One thin line per left-out team around the overall figure and its band: if one line stands far off, one team makes the finding. */
export function Strip({ values, overall, lo, hi, overallLabel, color, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = 104;
  const domain = padded([...values.map((v) => v.value), overall, ...(lo !== undefined && hi !== undefined ? [lo, hi] : []), 0], 0.04);
  const x = linear(domain, [14, width - 14]);
  const at = ticks(domain, Math.max(3, Math.round(width / 110)));
  const decimals = tickDecimals(at);
  const anchor = x(overall) < 90 ? 'start' : x(overall) > width - 90 ? 'end' : 'middle';
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        {lo !== undefined && hi !== undefined && <rect x={x(lo)} width={Math.max(1, x(hi) - x(lo))} y={26} height={48} fill={color} fillOpacity={0.14} rx={3} />}
        <line x1={x(0)} x2={x(0)} y1={22} y2={78} stroke="var(--line-strong)" strokeWidth={1.25} />
        <line x1={14} x2={width - 14} y1={78} y2={78} stroke="var(--line)" />
        {values.map((v, i) => (
          <line key={i} x1={x(v.value)} x2={x(v.value)} y1={38} y2={62} stroke="var(--ink-soft)" strokeOpacity={0.5}>
            {v.name && <title>{v.name}</title>}
          </line>
        ))}
        <line x1={x(overall)} x2={x(overall)} y1={24} y2={76} stroke={color} strokeWidth={2.5} />
        <text x={x(overall)} y={16} textAnchor={anchor} fontSize={12} fill="var(--ink)">
          {isolate(overallLabel)}
        </text>
        {at.map((v) => (
          <text key={v} x={x(v)} y={96} textAnchor="middle" fontSize={12} fill="var(--ink-soft)">
            {formatNumber(v, decimals)}
          </text>
        ))}
      </svg>
    </div>
  );
}
