import { isolate } from './isolate';
import { aroundZero, linear, ticks } from './scale';
import { spread } from './spread';
import { formatNumber } from '@/i18n/format';
import { useWidth } from './useWidth';

export interface DriverDot {
  no: number;
  /** Distance from the company in standard deviations between teams; positive is the better side. */
  apart: number;
  /** Size of the correlation within teams, 0 to 1. */
  strength: number;
  /** Supported links are filled; everything else is hollow and neutral. */
  supported: boolean;
}

interface Props {
  dots: DriverDot[];
  labels: { x: string; y: string; worse: string; better: string };
  summary: string;
}

const HEIGHT = 300;
const RADIUS = 11;

/** Importance × performance: what goes with customers further up, where the team stands to the left and right of the company. */
export function DriverMap({ dots, labels, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const domain = aroundZero(dots.map((d) => d.apart * 1.15), 1);
  const x = linear(domain, [48, width - 20]);
  const y = linear([0, Math.max(0.5, ...dots.map((d) => d.strength + 0.08))], [HEIGHT - 62, 26]);
  // Drivers that stand in nearly the same place are moved apart; a line leads back to where each really is.
  const marks = spread(
    dots.map((d) => ({ x: x(d.apart), y: y(d.strength) })),
    RADIUS,
    { left: 48 + RADIUS, right: width - 12 - RADIUS, top: 22 + RADIUS, bottom: HEIGHT - 58 - RADIUS },
  );
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }} fontSize={12} fill="var(--ink-soft)">
        {ticks(y.domain, 4).map((v) => (
          <g key={v}>
            <line x1={44} x2={width - 12} y1={y(v)} y2={y(v)} stroke="var(--line)" />
            <text x={38} y={y(v) + 4} textAnchor="end">
              {formatNumber(v, 1)}
            </text>
          </g>
        ))}
        <text x={8} y={14}>
          {isolate(labels.y)}
        </text>
        <line x1={x(0)} x2={x(0)} y1={22} y2={HEIGHT - 56} stroke="var(--line-strong)" strokeWidth={1.25} />
        <text x={x(0)} y={HEIGHT - 40} textAnchor="middle">
          {isolate(labels.x)}
        </text>
        <text x={46} y={HEIGHT - 20}>{isolate(labels.worse)}</text>
        <text x={width - 12} y={HEIGHT - 20} textAnchor="end">
          {isolate(labels.better)}
        </text>
        {dots.map((d, i) => {
          const at = { x: x(d.apart), y: y(d.strength) };
          const mark = marks[i] ?? at;
          const moved = Math.hypot(mark.x - at.x, mark.y - at.y) > 2;
          return (
            <g key={d.no}>
              {moved && (
                <>
                  <line x1={at.x} y1={at.y} x2={mark.x} y2={mark.y} stroke="var(--ink-soft)" />
                  <circle cx={at.x} cy={at.y} r={2.5} fill="var(--ink)" />
                </>
              )}
              <circle cx={mark.x} cy={mark.y} r={RADIUS} fill={d.supported ? 'var(--kind-ex)' : 'var(--surface)'} stroke={d.supported ? 'var(--ink)' : 'var(--strength-none)'} strokeWidth={1.5} />
              <text x={mark.x} y={mark.y + 4} textAnchor="middle" fill={d.supported ? 'var(--surface)' : 'var(--ink-soft)'} fontWeight={d.supported ? 700 : 400}>
                {d.no}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
