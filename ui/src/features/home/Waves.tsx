import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay, formatPercent } from '@/i18n/format';
import classes from './Home.module.css';

/** What is open with how many taking part, which results are due, what comes next, and what was released last. */
export function Waves() {
  const { t } = useTranslation('home');
  const may = useMay();
  const waves = api.useQuery('get', '/waves');
  const programmes = api.useQuery('get', '/programmes');
  const real = (waves.data?.items ?? []).filter((w) => !w.rehearsal);
  const going = real.filter((w) => w.state === 'open' || w.state === 'closing').sort((a, b) => a.closes_at.localeCompare(b.closes_at));
  const next = (programmes.data?.items ?? []).flatMap((p) => (p.next_at ? [{ id: p.id, name: p.name, at: p.next_at }] : [])).sort((a, b) => a.at.localeCompare(b.at)).slice(0, 3);
  const out = real.filter((w) => w.state === 'released' || w.state === 'purged').sort((a, b) => b.closes_at.localeCompare(a.closes_at)).slice(0, 3);
  const failed = waves.isError ? waves : programmes.isError ? programmes : undefined;
  const ready = waves.data && programmes.data;
  return (
    <Panel title={t('waves.title')} actions={may('pulses.run') && <ButtonLink variant="default" href="/pulses/new">{t('waves.new')}</ButtonLink>}>
      {failed && <ProblemNotice error={failed.error} retry={() => void failed.refetch()} />}
      {!ready && !failed && <RowsSkeleton rows={3} />}
      {ready && going.length + next.length + out.length === 0 && <p className={classes.soft}>{t('waves.none')}</p>}
      <ul className={classes.links}>
        {going.map((w) => (
          <li key={w.id}>
            <Link href={`/waves/${w.id}`}>
              <bdi>{w.title}</bdi>
            </Link>
            <span className={classes.soft}>
              {w.state === 'open' ? t('waves.open', { day: formatDay(w.closes_at) }) : t('waves.closing')}
              {w.participation_percent !== undefined && ` · ${t('waves.part', { share: formatPercent(w.participation_percent / 100) })}`}
            </span>
          </li>
        ))}
        {next.map((p) => (
          <li key={p.id}>
            <Link href={`/pulses/${p.id}`}>
              <bdi>{p.name}</bdi>
            </Link>
            <span className={classes.soft}>{t('waves.next', { day: formatDay(p.at) })}</span>
          </li>
        ))}
        {out.map((w) => (
          <li key={w.id}>
            <Link href={`/waves/${w.id}`}>
              <bdi>{w.title}</bdi>
            </Link>
            <span className={classes.soft}>
              {t('waves.out', { day: formatDay(w.closes_at) })}
              {w.participation_percent !== undefined && ` · ${t('waves.part', { share: formatPercent(w.participation_percent / 100) })}`}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
