import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { Files } from '@/charts/Files';
import { drawn } from '@/charts/picture';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { useFirst } from '@/components/useFirst';
import { Drawing } from './Drawing';
import classes from './Reports.module.css';

type Report = Schemas['Report'];
type Cell = Schemas['ReportCell'];

interface Props {
  section: Schemas['ReportSection'];
  report: Report;
}

// What happened outside is not computed; the appendix need not point to itself.
const withoutMethod = ['confounders', 'methods'];

/** A part of the report: its picture, its words, its tables. Everything is drawn and worded by the server. */
export function Section({ section, report }: Props) {
  const { t } = useTranslation('reports');
  return (
    <div id={section.id} data-section={section.id} className={classes.section}>
      <Panel title={section.title}>
        {section.picture && <Picture picture={section.picture} section={section} quarter={report.head.quarter} />}
        {section.text.map((sentence, i) => (
          <p key={i} className={classes.text}>
            {sentence}
          </p>
        ))}
        {section.tables.map((table) => (
          <ReportTable key={table.id} table={table} shown={section.tables.length > 1} report={report} />
        ))}
        {section.tables.length > 0 && !withoutMethod.includes(section.id) && (
          <a href="#methods" className={classes.how} data-print="no">
            {t('how')}
          </a>
        )}
      </Panel>
    </div>
  );
}

// A wide picture and a narrow one are both there; the width of the page shows one of them.
function Picture({ picture, section, quarter }: { picture: Schemas['ReportPicture']; section: Schemas['ReportSection']; quarter: string }) {
  const here = useRef<HTMLElement>(null);
  const seen = () => [...(here.current?.querySelectorAll<SVGSVGElement>('svg[viewBox]') ?? [])].filter((svg) => svg.closest(`.${classes.wide}, .${classes.narrow}`)?.getClientRects().length);
  return (
    <figure ref={here} className={classes.figure}>
      <div className={classes.files} data-print="no">
        <Files title={picture.title} file={`${quarter}-${section.id}`} id={section.id} pictures={() => seen().map(drawn)} figures={() => figuresOf(section)} />
      </div>
      <figcaption>{picture.title}</figcaption>
      <Drawing svg={picture.wide} className={classes.wide} />
      <Drawing svg={picture.narrow} className={classes.narrow} />
    </figure>
  );
}

// The tables that stand with a picture, one below the other; numbers as numbers.
function figuresOf(section: Schemas['ReportSection']) {
  const [first, ...more] = section.tables;
  const rows = (table: Schemas['ReportTable']) => table.rows.map((row) => row.map((cell) => cell.value ?? cell.text));
  return {
    header: first?.columns.map((c) => c.name) ?? [section.title],
    rows: first ? [...rows(first), ...more.flatMap((x) => [[], x.columns.map((c) => c.name), ...rows(x)])] : section.text.map((x) => [x]),
  };
}

// The page is read from top to bottom: what a long table keeps back is one click away, and in every file. Links lead to methods.
const FIRST = 12;

function ReportTable({ table, shown, report }: { table: Schemas['ReportTable']; shown: boolean; report: Report }) {
  const lines = table.rows.some((row) => row.some((cell) => cell.spark));
  const { hidden, more } = useFirst(table.id, table.rows.length, table.id === 'methods' ? Infinity : FIRST);
  return (
    <div className={table.columns.length > 8 ? classes.dense : undefined}>
      <Table file={lines ? `${report.head.quarter}-${table.id}` : undefined} caption={table.caption} captionShown={shown} cards>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column.id} scope="col" data-num={column.numeric || undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, i) => (
            <tr key={i} hidden={hidden(i)} id={table.id === 'methods' ? `method-${row[0]?.ref?.id ?? i}` : undefined}>
              {row.map((cell, k) => {
                const column = table.columns[k];
                return k === 0 ? (
                  <th key={k} scope="row">
                    <Content cell={cell} report={report} />
                  </th>
                ) : (
                  <td key={k} data-label={column?.name} data-num={column?.numeric || undefined} className={column?.numeric ? undefined : classes.words}>
                    <Content cell={cell} report={report} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </Table>
      {more}
    </div>
  );
}

function Content({ cell, report }: { cell: Cell; report: Report }) {
  const text = <bdi dir={cell.value === undefined ? undefined : 'ltr'}>{cell.text}</bdi>;
  const to = cell.ref && hrefOf(cell.ref, report);
  return (
    <>
      {cell.spark ? <Drawing svg={cell.spark} className={classes.spark} /> : to ? <Behind to={to}>{text}</Behind> : text}
      {cell.note && <span className={classes.note}>{cell.note}</span>}
    </>
  );
}

function Behind({ to, children }: { to: string; children: React.ReactNode }) {
  return to.startsWith('#') ? <a href={to}>{children}</a> : <Link href={to}>{children}</Link>;
}

// What is behind a figure: its line, its effect, its finding with the rows to download, its definition, its card.
function hrefOf(ref: NonNullable<Cell['ref']>, report: Report): string | undefined {
  switch (ref.kind) {
    case 'initiative':
      return `/initiatives/${ref.id}`;
    case 'finding': {
      const [run = '', finding = ''] = ref.id.split('/');
      return `/evidence/${encodeURIComponent(finding)}?run=${encodeURIComponent(run)}`;
    }
    case 'metric':
      return `/catalogue/${encodeURIComponent(ref.id)}`;
    case 'team':
      return `/reports/${report.head.quarter}?team=${encodeURIComponent(ref.id)}`;
    case 'section':
      return `#${ref.id}`;
    case 'proposal':
      return `/invest/${encodeURIComponent(ref.id)}`;
    default:
      return undefined;
  }
}
