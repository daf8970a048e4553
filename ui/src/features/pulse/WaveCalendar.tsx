import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { formatDay } from '@/i18n/format';
import { dateFormat } from '@/i18n/intl';
import type { Programme, Wave } from './draft';
import classes from './Pulse.module.css';

interface Entry {
  key: string;
  at: string;
  title: string;
  href?: string;
  state: 'planned' | Wave['state'];
  rehearsal?: boolean;
  until?: string;
}

/** What is to come and what was, month by month, the next first. */
export function WaveCalendar({ waves, programmes }: { waves: Wave[]; programmes: Programme[] }) {
  const { t } = useTranslation('pulse');
  const entries: Entry[] = [
    ...programmes.filter((p) => p.next_at).map((p) => ({ key: `next-${p.id}`, at: p.next_at ?? '', title: p.name, href: `/pulses/${p.id}`, state: 'planned' as const })),
    ...waves.map((w) => ({ key: w.id, at: w.opens_at, until: w.closes_at, title: w.title, href: `/waves/${w.id}`, state: w.state, rehearsal: w.rehearsal })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  if (entries.length === 0) return <p className={classes.soft}>{t('calendar.none')}</p>;
  const name = dateFormat({ month: 'long', year: 'numeric' });
  const months: { title: string; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const title = name.format(new Date(entry.at));
    const last = months.at(-1);
    if (last?.title === title) last.entries.push(entry);
    else months.push({ title, entries: [entry] });
  }
  return (
    <>
      {months.map((month) => (
        <div key={month.title}>
          <h3 className={classes.month}>{month.title}</h3>
          <ul className={classes.waves}>
            {month.entries.map((entry) => (
              <li key={entry.key}>
                <span className={classes.when}>{formatDay(entry.at)}</span>
                <Link href={entry.href ?? '/pulses'}>
                  <bdi>{entry.title}</bdi>
                </Link>
                <span className={classes.state} data-state={entry.state}>
                  {entry.rehearsal ? t('state.rehearsal') : t(`state.${entry.state}`)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}
