import { useEffect, type ReactNode } from 'react';
import classes from './Page.module.css';

interface Props {
  title: string;
  /** What stands in the window's title, where the heading is longer than a tab. */
  windowTitle?: string;
  lead?: ReactNode;
  actions?: ReactNode;
  above?: ReactNode;
  children: ReactNode;
}

export function Page({ title, windowTitle, lead, actions, above, children }: Props) {
  useEffect(() => {
    document.title = `${windowTitle ?? title} · Rapport`;
  }, [title, windowTitle]);
  return (
    <>
      {above && <div className={classes.above}>{above}</div>}
      <div className={classes.head}>
        <div className={classes.words}>
          <h1 className={classes.title}>{title}</h1>
          {lead && <p className={classes.lead}>{lead}</p>}
        </div>
        {actions && (
          <div className={classes.actions} data-print="no">
            {actions}
          </div>
        )}
      </div>
      {children}
    </>
  );
}
