import { useEffect, type ReactNode } from 'react';
import { Mark } from '@/components/Mark';
import { LanguageRow } from './LanguageRow';
import classes from './Door.module.css';

interface Props {
  title: string;
  lead: string;
  wide?: boolean;
  children: ReactNode;
}

export function Door({ title, lead, wide, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Rapport`;
  }, [title]);
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <span className={classes.brand}>
          <Mark size={32} /> Rapport
        </span>
        <LanguageRow />
      </header>
      <main className={classes.main} data-wide={wide || undefined}>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.lead}>{lead}</p>
        {children}
      </main>
    </div>
  );
}
