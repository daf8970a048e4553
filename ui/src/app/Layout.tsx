import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useMay } from '@/api/session';
import { MenuIcon, CloseIcon } from '@/components/icons';
import { Mark } from '@/components/Mark';
import classes from './Layout.module.css';
import { groups } from './navigation';
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
        <Person />
      </header>
      <Navigation open={open} location={location} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Offline />
        {children}
      </main>
    </div>
  );
}

function Navigation({ open, location }: { open: boolean; location: string }) {
  const { t } = useTranslation('app');
  const may = useMay();
  return (
    <nav id="nav" className={classes.nav} data-open={open || undefined} aria-label={t('nav.label')} data-print="no">
      {groups.map((group) => {
        const places = group.places.filter((place) => place.needs.some(may));
        if (places.length === 0) return null;
        return (
          <div key={group.name} className={classes.group}>
            <div className={classes.groupName} id={`nav-${group.name}`}>
              {t(`nav.groups.${group.name}`)}
            </div>
            <ul aria-labelledby={`nav-${group.name}`}>
              {places.map((place) => (
                <li key={place.href}>
                  <Link
                    href={place.href}
                    className={classes.place}
                    aria-current={location === place.href || location.startsWith(`${place.href}/`) ? 'page' : undefined}
                  >
                    {t(`nav.${place.name}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
