import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { Table } from '@/components/Table';
import { formatNumber } from '@/i18n/format';
import { columnDecimals } from './scale';
import classes from './ChartFrame.module.css';

export interface ChartRows {
  header: string[];
  rows: (string | number | undefined)[][];
}

const PAGE = 50;

/** The same figures as a table: the fallback of every chart. */
export function ChartTable({ caption, header, rows }: ChartRows & { caption: string }) {
  const { t } = useTranslation('app');
  const [shown, setShown] = useState(PAGE);
  const decimals = header.map((_, j) => columnDecimals(rows.flatMap((row) => (typeof row[j] === 'number' ? [row[j]] : []))));
  return (
    <>
      <Table caption={caption}>
        <thead>
          <tr>
            {header.map((name, i) => (
              <th key={i} scope="col" data-num={typeof rows[0]?.[i] === 'number' || undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, i) => (
            <tr key={i}>
              {row.map((value, j) =>
                typeof value === 'number' ? (
                  <td key={j} data-num>
                    <Bdi>{formatNumber(value, decimals[j])}</Bdi>
                  </td>
                ) : (
                  <td key={j} className={classes.word}>
                    {value === undefined ? '—' : <bdi>{value}</bdi>}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </Table>
      {rows.length > shown && (
        <div className={classes.more}>
          <Button variant="default" size="xs" onClick={() => setShown(shown + 10 * PAGE)}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  );
}
