import { useEffect, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import classes from './Page.module.css';
import { Subscribe } from './Subscribe';

// Pages that show something, which letters can bring: neither forms nor what is administered. The server has the same list.
const views = /^\/(home\/\w+|(evidence|catalogue|touchpoints|initiatives|invest|pulses)\/(?!new$|settings$)[^/]+|actions|benchmarks|cases|catalogue|comments|customers|cx|evidence|goals|health|initiatives|invest|jobs|journeys|my-team|outcomes|pains|pulses|returns|teams|what-if)$/;

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
  const [location] = useLocation();
  const letters = views.test(location);
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
        {(actions || letters) && (
          <div className={classes.actions} data-print="no">
            {letters && <Subscribe />}
            {actions}
          </div>
        )}
      </div>
      {children}
    </>
  );
}
