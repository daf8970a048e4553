import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useMay } from '@/api/session';
import classes from './Layout.module.css';
import { groups, type GroupName } from './navigation';
import { keepShut, keptShut } from './shut';

const isAt = (location: string, href: string) => location === href || location.startsWith(`${href}/`);

/** The menu: groups that can be shut, on a narrow screen all but the one the reader is in. */
export function MenuList({ open, location }: { open: boolean; location: string }) {
  const { t } = useTranslation('app');
  const may = useMay();
  const [shut, setShut] = useState(() => keptShut(groups.map((g) => g.name)));
  const turn = (name: GroupName, isOpen: boolean) => {
    const next = new Set(shut);
    if (isOpen) next.delete(name);
    else next.add(name);
    setShut(next);
    keepShut(next);
  };
  return (
    <nav id="nav" className={classes.nav} data-open={open || undefined} aria-label={t('nav.label')} data-print="no">
      {groups.map((group) => {
        const places = group.places.filter((place) => place.needs.some(may));
        if (places.length === 0) return null;
        const here = places.some((place) => isAt(location, place.href));
        const isOpen = here || !shut.has(group.name);
        return (
          <details key={group.name} className={classes.group} open={isOpen}>
            <summary
              className={classes.groupName}
              id={`nav-${group.name}`}
              onClick={(event) => {
                event.preventDefault();
                // The group the reader is in stays open: where one is must not disappear.
                if (!here) turn(group.name, !isOpen);
              }}
            >
              {t(`nav.groups.${group.name}`)}
            </summary>
            <ul aria-labelledby={`nav-${group.name}`}>
              {places.map((place) => (
                <li key={place.href}>
                  <Link href={place.href} className={classes.place} aria-current={isAt(location, place.href) ? 'page' : undefined}>
                    {t(`nav.${place.name}`)}
                  </Link>
                </li>
              ))}
            </ul>
          </details>
        );
      })}
    </nav>
  );
}
