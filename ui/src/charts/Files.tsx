import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile, toCsv } from '@/api/download';
import { ChoiceMenu } from '@/components/ChoiceMenu';
import { copyText } from '@/components/copy';
import { DownloadIcon } from '@/components/icons';
import classes from './ChartFrame.module.css';
import { toPng, type Drawn } from './picture';

interface Props {
  /** Of the chart: the menu is told apart by it. */
  title: string;
  /** Name of the files, without ending. */
  file: string;
  /** Where the chart stands on its page. */
  id?: string;
  pictures: () => Drawn[];
  figures: () => { header: string[]; rows: (string | number | undefined)[][] };
}

/** The files of any chart, drawing or table with bands: figures, SVG, PNG, and a link to it. */
export function Files({ title, file, id, pictures, figures }: Props) {
  const { t } = useTranslation('app');
  const [copied, setCopied] = useState(false);
  const each = (ending: string, save: (name: string, p: Drawn) => void) =>
    pictures().forEach((p, i, all) => save(`${file}${all.length > 1 ? `-${i + 1}` : ''}.${ending}`, p));
  const copyLink = async () => {
    const url = new URL(window.location.href);
    if (id) url.hash = id;
    await copyText(url.href);
    setCopied(true);
  };
  const saveCsv = () => {
    const { header, rows } = figures();
    saveFile(`${file}.csv`, toCsv(header, rows), 'text/csv;charset=utf-8');
  };
  return (
    <ChoiceMenu
      className={classes.button}
      label={`${t('chart.download')}: ${title}`}
      face={<DownloadIcon />}
      choices={[
        { name: 'csv', text: t('chart.csv'), onChoose: saveCsv },
        { name: 'svg', text: t('chart.svg'), onChoose: () => each('svg', (name, p) => saveFile(name, p.svg, 'image/svg+xml')) },
        { name: 'png', text: t('chart.png'), onChoose: () => each('png', (name, p) => void toPng(p).then((png) => saveFile(name, png, 'image/png'))) },
        { name: 'link', text: copied ? t('copied') : t('chart.link'), stays: true, onChoose: () => void copyLink() },
      ]}
    />
  );
}
