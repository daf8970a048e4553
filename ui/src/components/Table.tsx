import type { ReactNode } from 'react';
import classes from './Table.module.css';

interface Props {
  caption: string;
  /** Shown, or only for a screen reader. */
  captionShown?: boolean;
  /** On a phone each row becomes a card; cells then need data-label. */
  cards?: boolean;
  children: ReactNode;
}

/** A real table in a frame that scrolls by itself, reachable by keyboard. */
export function Table({ caption, captionShown, cards, children }: Props) {
  return (
    <div className={classes.frame} tabIndex={0} role="group" aria-label={caption}>
      <table className={classes.table} data-cards={cards || undefined}>
        <caption className={captionShown ? classes.caption : classes.hidden}>{caption}</caption>
        {children}
      </table>
    </div>
  );
}
