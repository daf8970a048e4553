import { useId, type ReactNode } from 'react';
import classes from './Panel.module.css';

interface Props {
  title?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

/** A sheet with a heading: the one container of the pages. */
export function Panel({ title, subtitle, actions, flush, children }: Props) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div className={classes.head}>
          <div className={classes.words}>
            {title && (
              <h2 id={id} className={classes.title}>
                {title}
              </h2>
            )}
            {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
          </div>
          {actions && (
            <div className={classes.actions} data-print="no">
              {actions}
            </div>
          )}
        </div>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
