import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { ButtonLink } from '@/components/ButtonLink';
import { Notice } from '@/components/Notice';
import { formatDay, formatTime } from '@/i18n/format';
import { byReach } from './findings';
import classes from './Evidence.module.css';

const WEEK = 7 * 24 * 3600 * 1000;

/** What the figures on the page rest on, and whether there is something newer. */
export function RunLine({ run, chosen }: { run: Schemas['Run']; chosen?: string }) {
  const { t } = useTranslation(['linkage', 'words']);
  const [, go] = useLocation();
  const runs = api.useQuery('get', '/runs', { params: { query: { limit: 30 } } });
  const items = [...(runs.data?.items ?? [])].sort(byReach);
  const newest = items[0];
  const older = newest !== undefined && newest.id !== run.id && byReach(newest, run) < 0;
  const stale = !older && Date.now() - Date.parse(run.created_at) > WEEK;
  return (
    <>
      {older && (
        <Notice tone="warn" title={t('older.title')} actions={<ButtonLink href="/evidence" size="xs" variant="default">{t('older.open')}</ButtonLink>}>
          {t('older.body', { created: formatTime(newest.created_at) })}
        </Notice>
      )}
      {stale && (
        <Notice tone="warn" title={t('stale.title')}>
          {t('stale.body')}
        </Notice>
      )}
      <div className={classes.runLine}>
        <span>{t('runLine', { asOf: formatDay(run.as_of), created: formatTime(run.created_at) })}</span>
        <span>
          {t('words:teams', { count: run.teams })} · {t('metricsCount', { count: run.metrics })} · {t('findingsCount', { count: run.findings })}
        </span>
        {items.length > 1 && (
          <NativeSelect
            className={classes.runChoice}
            size="xs"
            aria-label={t('runChoice')}
            value={chosen ?? newest?.id ?? ''}
            data={items.map((r, i) => ({ value: r.id, label: t(i === 0 ? 'runNewest' : 'runOne', { asOf: formatDay(r.as_of), created: formatTime(r.created_at) }) }))}
            onChange={(event) => go(event.currentTarget.value === newest?.id ? '/evidence' : `/evidence?run=${encodeURIComponent(event.currentTarget.value)}`)}
          />
        )}
      </div>
    </>
  );
}
