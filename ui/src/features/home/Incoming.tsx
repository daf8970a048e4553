import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { ButtonLink } from '@/components/ButtonLink';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount, formatPercent, formatTime } from '@/i18n/format';
import classes from './Home.module.css';

/** Whether what customers say and do still comes in, and whether it counts. */
export function Incoming() {
  const { t } = useTranslation('home');
  const health = api.useQuery('get', '/data-health');
  const waiting = api.useQuery('get', '/imports-waiting');
  const h = health.data;
  const held = (waiting.data?.items ?? []).reduce((sum, w) => sum + w.count, 0);
  const newest = h?.sources.map((s) => s.at).sort().at(-1);
  return (
    <Panel title={t('incoming.title')} actions={<ButtonLink variant="default" href="/health">{t('incoming.more')}</ButtonLink>}>
      {health.isPending && <RowsSkeleton rows={3} />}
      {health.isError && <ProblemNotice error={health.error} retry={() => void health.refetch()} />}
      {h?.kinds.length === 0 && <p className={classes.soft}>{t('incoming.none')}</p>}
      {h && (
        <ul className={classes.links}>
          {h.kinds.map((k) => (
            <li key={k.kind}>
              <span>{t(k.kind === 'orders' ? 'incoming.orders' : 'incoming.feedback')}</span>
              <span className={classes.soft}>{t('incoming.counted', { records: formatCount(k.records), share: formatPercent(k.records > 0 ? k.attributed / k.records : 0) })}</span>
            </li>
          ))}
          {newest && (
            <li>
              <span>{t('incoming.last')}</span>
              <span className={classes.soft}>{formatTime(newest)}</span>
            </li>
          )}
          {held > 0 && (
            <li>
              <Link href="/imports">{t('incoming.waiting')}</Link>
              <span className={classes.soft}>{formatCount(held)}</span>
            </li>
          )}
          {h.gaps.length > 0 && (
            <li>
              <Link href="/health">{t('incoming.gaps')}</Link>
              <span className={classes.soft}>{formatCount(h.gaps.length)}</span>
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}
