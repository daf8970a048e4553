import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCount } from '@/i18n/format';
import classes from './Table.module.css';
import { useKept } from './useKept';

interface First {
  /** Whether the row is kept back for now. It stays in the page, so that files and paper have it. */
  hidden: (row: number) => boolean | undefined;
  /** The button below the list, when there is something to show or to fold. */
  more: ReactNode;
}

/** A long list shows its first rows, and all of them at a click. Which lists are open is in the address. */
export function useFirst(name: string, rows: number, first: number): First {
  const { t } = useTranslation('app');
  const [kept, keep] = useKept('all');
  const open = kept.split(',').filter(Boolean);
  const all = open.includes(name);
  // A list a little longer than its beginning is shown whole: a button for two rows costs more than the rows.
  const long = rows > first + 3;
  const toggle = () => keep((all ? open.filter((x) => x !== name) : [...open, name]).join(','));
  return {
    hidden: (row) => (long && !all && row >= first) || undefined,
    more: long && (
      <div className={classes.more} data-print="no">
        <Button variant="default" size="xs" aria-expanded={all} onClick={toggle} data-more={name}>
          {all ? t('fewer') : t('showAll', { n: formatCount(rows) })}
        </Button>
      </div>
    ),
  };
}
