import { SegmentedControl } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { useKept } from '@/components/useKept';
import classes from './ChartFrame.module.css';
import { ChartTable, type ChartRows } from './ChartTable';
import { Files } from './Files';
import { drawn } from './picture';

interface Props {
  /** The finding, not the name of the chart. */
  title: string;
  subtitle?: ReactNode;
  /** What the picture says, for those who do not see it. */
  summary: string;
  table: ChartRows;
  /** Name of the files, without ending. */
  file: string;
  id: string;
  children: ReactNode;
}

/** Around every chart: table view, figures, pictures, and a link to itself. Which charts stand as tables is in the address. */
export function ChartFrame({ title, subtitle, summary, table, file, id, children }: Props) {
  const { t } = useTranslation('app');
  const [kept, keep] = useKept('tables');
  const tables = kept.split(',').filter(Boolean);
  const asTable = tables.includes(id);
  const picture = useRef<HTMLDivElement>(null);
  const actions = (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('chart.view')}
        value={asTable ? 'table' : 'picture'}
        onChange={(view) => keep((view === 'table' ? [...tables, id] : tables.filter((x) => x !== id)).join(','))}
        data={[
          { value: 'picture', label: t('chart.picture') },
          { value: 'table', label: t('chart.table') },
        ]}
      />
      <Files
        title={title}
        file={file}
        id={id}
        pictures={() => [...(picture.current?.querySelectorAll<SVGSVGElement>('svg[data-chart]') ?? [])].map(drawn)}
        figures={() => table}
      />
    </>
  );
  return (
    <div id={id} className={classes.anchor}>
      <Panel title={title} subtitle={subtitle} actions={actions} flush={asTable}>
        {asTable && <ChartTable caption={title} {...table} />}
        <div ref={picture} role="group" aria-label={summary} className={asTable ? classes.aside : undefined} aria-hidden={asTable || undefined}>
          {children}
        </div>
      </Panel>
    </div>
  );
}
