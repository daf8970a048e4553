import { Axes } from './Axes';
import { linear, type Domain } from './scale';
import { useWidth } from './useWidth';

export interface Dot {
  x: number;
  y: number;
  team: number;
}

interface Props {
  dots: Dot[];
  xDomain: Domain;
  yDomain: Domain;
  xLabel: string;
  yLabel: string;
  /** A slope through the origin with its interval, drawn as a line in a fading wedge. */
  slope?: { estimate: number; lo?: number; hi?: number; color: string };
  zero?: boolean;
  /** A team whose points stand out, in their order. */
  marked?: number;
  summary: string;
}

const LAYERS = 10;

/** Points as few paths instead of thousands of circles: 5,000 of them draw at once. */
export function Scatter({ dots, xDomain, yDomain, xLabel, yLabel, slope, zero, marked, summary }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const height = Math.round(Math.min(380, Math.max(260, width * 0.72)));
  const x = linear(xDomain, [52, width - 12]);
  const y = linear(yDomain, [height - 46, 28]);
  const path = (some: Dot[]) => some.map((d) => `M${x(d.x).toFixed(1)} ${y(d.y).toFixed(1)}h0`).join('');
  const own = marked === undefined ? [] : dots.filter((d) => d.team === marked);
  const clip = `clip-${xLabel.length}-${yLabel.length}-${zero ? 'w' : 'n'}`;
  return (
    <div ref={ref}>
      <svg data-chart viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={summary} style={{ direction: 'ltr', display: 'block' }}>
        <clipPath id={clip}>
          <rect x={x.range[0]} y={y.range[1]} width={x.range[1] - x.range[0]} height={y.range[0] - y.range[1]} />
        </clipPath>
        <Axes x={x} y={y} xLabel={xLabel} yLabel={yLabel} zero={zero} />
        {Array.from({ length: LAYERS }, (_, i) => (
          <path
            key={i}
            d={path(dots.filter((_, j) => j % LAYERS === i))}
            stroke="var(--ink-soft)"
            strokeOpacity={marked === undefined ? 0.42 : 0.16}
            strokeWidth={4.5}
            strokeLinecap="round"
            fill="none"
          />
        ))}
        {slope && (
          <g clipPath={`url(#${clip})`}>
            {slope.lo !== undefined && slope.hi !== undefined && <path d={wedge(x, y, xDomain, slope.lo, slope.hi)} fill={slope.color} fillOpacity={0.2} />}
            <line x1={x(xDomain[0])} y1={y(xDomain[0] * slope.estimate)} x2={x(xDomain[1])} y2={y(xDomain[1] * slope.estimate)} stroke={slope.color} strokeWidth={2.5} />
          </g>
        )}
        {own.length > 0 && (
          <>
            <polyline points={own.map((d) => `${x(d.x)},${y(d.y)}`).join(' ')} fill="none" stroke="var(--ink)" strokeWidth={1.25} />
            <path d={path(own)} stroke="var(--ink)" strokeWidth={8} strokeLinecap="round" fill="none" />
          </>
        )}
      </svg>
    </div>
  );
}

function wedge(x: (v: number) => number, y: (v: number) => number, [a, b]: Domain, lo: number, hi: number): string {
  return `M${x(0)} ${y(0)}L${x(b)} ${y(b * lo)}L${x(b)} ${y(b * hi)}ZM${x(0)} ${y(0)}L${x(a)} ${y(a * lo)}L${x(a)} ${y(a * hi)}Z`;
}
