import { lazy, Suspense, type ReactNode } from 'react';
import classes from './Table.module.css';

interface Props {
  caption: string;
  /** Shown, or only for a screen reader. */
  captionShown?: boolean;
  /** On a phone each row becomes a card; cells then need data-label. */
  cards?: boolean;
  /** Of a table that is a chart, with bands in it: what its files are called. */
  file?: string;
  children: ReactNode;
}

const TableFiles = lazy(() => import('@/charts/TableFiles').then((m) => ({ default: m.TableFiles })));

/** A real table in a frame that scrolls by itself, reachable by keyboard. */
export function Table({ caption, captionShown, cards, file, children }: Props) {
  const table = (
    <div className={classes.frame} tabIndex={0} role="group" aria-label={caption}>
      <table className={classes.table} data-cards={cards || undefined}>
        <caption className={captionShown ? classes.caption : classes.hidden}>{caption}</caption>
        {children}
      </table>
    </div>
  );
  if (!file) return table;
  return (
    <div className={captionShown ? undefined : classes.beside}>
      <Suspense fallback={<div className={classes.files} />}>
        <TableFiles title={caption} file={file} />
      </Suspense>
      {table}
    </div>
  );
}
