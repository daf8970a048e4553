import { useTranslation } from 'react-i18next';
import { formatDay } from '@/i18n/format';
import { isolate } from './isolate';

/** Something dated that happened outside the figures. */
export interface TimeMark {
  on: string;
  until?: string;
  title: string;
}

/** Marks that fall between two moments (ms), in order of time: what a chart shows, its numbers and its list agree on. */
export function within(marks: readonly TimeMark[], first: number, last: number): TimeMark[] {
  return marks.filter((m) => Date.parse(m.until ?? m.on) >= first && Date.parse(m.on) <= last).sort((a, b) => Date.parse(a.on) - Date.parse(b.on));
}

/** Numbers nearer to each other than this would be written over each other. */
const ROOM = 20;

/** What is written above the lines: neighbours that have no room share one label, "2–4". */
export function labelsOf(at: readonly number[], numbers: readonly number[] = at.map((_, i) => i + 1)): { x: number; text: string }[] {
  const out: { x: number; first: number; last: number }[] = [];
  at.forEach((x, i) => {
    const no = numbers[i] ?? i + 1;
    const before = out.at(-1);
    if (before && x - before.x < ROOM) before.last = no;
    else out.push({ x, first: no, last: no });
  });
  return out.map((g) => ({ x: g.x, text: g.first === g.last ? `${g.first}` : `${g.first}–${g.last}` }));
}

interface LinesProps {
  marks: readonly TimeMark[];
  /** Where a moment (ms) lies; moments outside are put on the edge. */
  place: (moment: number) => number;
  top: number;
  bottom: number;
  /** Where a list below several charts numbers them itself. */
  numbers?: readonly number[];
}

/** Thin dotted verticals with numbers, the same in every chart with a time axis; what lasted is a pale strip. */
export function MarkLines({ marks, place, top, bottom, numbers }: LinesProps) {
  const at = marks.map((m) => place(Date.parse(m.on)));
  return (
    <g fontSize={12} fill="var(--ink-soft)">
      {marks.map((m, i) => (
        <g key={m.on + m.title} data-mark>
          {m.until && <rect x={at[i]} width={Math.max(1, place(Date.parse(m.until)) - (at[i] ?? 0))} y={top} height={bottom - top} opacity={0.1} />}
          <line x1={at[i]} x2={at[i]} y1={top} y2={bottom} stroke="var(--ink-soft)" strokeDasharray="1 3" />
        </g>
      ))}
      {labelsOf(at, numbers).map((l) => (
        <text key={l.text} x={l.x} y={top - 4} textAnchor="middle">
          {isolate(l.text)}
        </text>
      ))}
    </g>
  );
}

/** A list longer than this is folded, so that it does not push the page away on a phone. */
const OPEN = 4;

/** The names to the numbers, below the picture: read out by a screen reader, opened with the keyboard where it is long. */
export function MarkList({ marks }: { marks: readonly TimeMark[] }) {
  const { t } = useTranslation('app');
  if (marks.length === 0) return null;
  const soft = { color: 'var(--ink-soft)', fontSize: 'var(--text-small)' };
  const list = (
    <ol style={{ ...soft, margin: '4px 0 0', paddingInlineStart: 28 }}>
      {marks.map((m) => (
        <li key={m.on + m.title}>
          <bdi>{m.title}</bdi>, {formatDay(m.on)}
          {m.until && ` – ${formatDay(m.until)}`}
        </li>
      ))}
    </ol>
  );
  if (marks.length <= OPEN) {
    return (
      <div style={soft}>
        <p style={{ margin: '6px 0 0' }}>{t('chart.marks', { count: marks.length })}</p>
        {list}
      </div>
    );
  }
  return (
    <details style={soft}>
      <summary style={{ marginBlockStart: 6, cursor: 'pointer' }}>{t('chart.marks', { count: marks.length })}</summary>
      {list}
    </details>
  );
}
