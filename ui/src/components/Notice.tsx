import type { ReactNode } from 'react';
import classes from './Notice.module.css';

interface Props {
  tone: 'info' | 'good' | 'warn' | 'bad';
  title: string;
  actions?: ReactNode;
  /** Read out at once by a screen reader. */
  live?: boolean;
  children?: ReactNode;
}

const shapes = { info: 'i', good: '✓', warn: '!', bad: '×' };

export function Notice({ tone, title, actions, live, children }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={live ? (tone === 'bad' ? 'alert' : 'status') : undefined}>
      <span className={classes.shape} aria-hidden>
        {shapes[tone]}
      </span>
      <div className={classes.words}>
        <p className={classes.title}>{title}</p>
        {children && <div className={classes.body}>{children}</div>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
    </div>
  );
}
