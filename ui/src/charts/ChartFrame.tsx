import { Menu, SegmentedControl } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile, toCsv } from '@/api/download';
import { DownloadIcon } from '@/components/icons';
import { Panel } from '@/components/Panel';
import classes from './ChartFrame.module.css';
import { ChartTable, type ChartRows } from './ChartTable';
import { standalone, toPng } from './picture';

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

/** Around every chart: table view, figures, pictures, and a link to itself. */
export function ChartFrame({ title, subtitle, summary, table, file, id, children }: Props) {
  const { t } = useTranslation('app');
  const [view, setView] = useState('picture');
  const [copied, setCopied] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const drawings = () => [...(picture.current?.querySelectorAll<SVGSVGElement>('svg[data-chart]') ?? [])];
  const name = (i: number, all: unknown[], ending: string) => `${file}${all.length > 1 ? `-${i + 1}` : ''}.${ending}`;
  const saveSvg = () => drawings().forEach((svg, i, all) => saveFile(name(i, all, 'svg'), standalone(svg), 'image/svg+xml'));
  const savePng = () => drawings().forEach((svg, i, all) => void toPng(svg).then((png) => saveFile(name(i, all, 'png'), png, 'image/png')));
  const saveCsv = () => saveFile(`${file}.csv`, toCsv(table.header, table.rows), 'text/csv;charset=utf-8');
  const copyLink = async () => {
    const url = new URL(window.location.href);
    url.hash = id;
    await navigator.clipboard.writeText(url.href);
    setCopied(true);
  };
  const actions = (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('chart.view')}
        value={view}
        onChange={setView}
        data={[
          { value: 'picture', label: t('chart.picture') },
          { value: 'table', label: t('chart.table') },
        ]}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <button className={classes.button} aria-label={`${t('chart.download')}: ${title}`}>
            <DownloadIcon />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={saveCsv}>{t('chart.csv')}</Menu.Item>
          <Menu.Item disabled={view !== 'picture'} onClick={saveSvg}>
            {t('chart.svg')}
          </Menu.Item>
          <Menu.Item disabled={view !== 'picture'} onClick={savePng}>
            {t('chart.png')}
          </Menu.Item>
          <Menu.Item closeMenuOnClick={false} onClick={() => void copyLink()}>
            {copied ? t('copied') : t('chart.link')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
  return (
    <div id={id} className={classes.anchor}>
      <Panel title={title} subtitle={subtitle} actions={actions} flush={view === 'table'}>
        {view === 'picture' ? (
          <div ref={picture} role="group" aria-label={summary}>
            {children}
          </div>
        ) : (
          <ChartTable caption={title} {...table} />
        )}
      </Panel>
    </div>
  );
}
