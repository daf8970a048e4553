import { useRef } from 'react';
import classes from './ChartFrame.module.css';
import { Files } from './Files';
import { cellsOf, drawnTable } from './picture';

/** Above a table with bands in it: its files. They are made of what stands below it on the screen. */
export function TableFiles({ title, file }: { title: string; file: string }) {
  const here = useRef<HTMLDivElement>(null);
  const table = () => here.current?.parentElement?.querySelector('table') ?? undefined;
  return (
    <div ref={here} className={classes.files} data-print="no">
      <Files
        title={title}
        file={file}
        pictures={() => [table()].flatMap((x) => (x ? [drawnTable(x)] : []))}
        figures={() => {
          const found = table();
          const [header = [], ...rows] = found ? cellsOf(found) : [];
          return { header, rows };
        }}
      />
    </div>
  );
}
