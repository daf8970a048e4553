import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { MenuIcon, CloseIcon } from '@/components/icons';
import { Mark } from '@/components/Mark';
import { Bell } from './Bell';
import { CopyLink } from './CopyLink';
import classes from './Layout.module.css';
import { MenuList } from './MenuList';
import { Offline } from './Offline';
import { Person } from './Person';

export function Layout({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app');
  const [open, setOpen] = useState(false);
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    setOpen(false);
    // A new page is announced and read from its top; the first one is left alone.
    if (first.current) first.current = false;
    else {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }, [location]);
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {t('skip')}
      </a>
      <header className={classes.bar} data-print="no">
        <button className={classes.burger} aria-expanded={open} aria-controls="nav" onClick={() => setOpen(!open)}>
          {open ? <CloseIcon /> : <MenuIcon />}
          <span className={classes.hidden}>{t('menu')}</span>
        </button>
        <Link href="/" className={classes.brand}>
          <Mark /> Rapport
        </Link>
        <CopyLink />
        <Bell />
        <Person />
      </header>
      <MenuList open={open} location={location} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Offline />
        {children}
      </main>
    </div>
  );
}
