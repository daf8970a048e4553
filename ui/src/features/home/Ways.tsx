import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useMay, type Permission } from '@/api/session';
import { Panel } from '@/components/Panel';
import classes from './Home.module.css';

export interface Way {
  name: 'results' | 'anonymity' | 'employees' | 'gaps' | 'evidence' | 'value' | 'ask' | 'invest' | 'cases';
  href: string;
  needs: Permission;
}

/** Where to go on from a home, as far as the role may. */
export function Ways({ ways, actions }: { ways: readonly Way[]; actions?: ReactNode }) {
  const { t } = useTranslation('home');
  const may = useMay();
  return (
    <Panel title={t('role.ways')} actions={actions}>
      <ul className={classes.links}>
        {ways
          .filter((w) => may(w.needs))
          .map((w) => (
            <li key={w.name}>
              <Link href={w.href}>{t(`way.${w.name}`)}</Link>
              <span className={classes.soft}>{t(`wayFor.${w.name}`)}</span>
            </li>
          ))}
      </ul>
    </Panel>
  );
}
