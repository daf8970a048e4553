import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { formatCount } from '@/i18n/format';
import classes from './Wizard.module.css';

export function Counts({ result }: { result: Schemas['ImportResult'] }) {
  const { t } = useTranslation('imports');
  const counts = [
    ['rows', result.rows], ['imported', result.imported], ['unchanged', result.unchanged], ['rejected', result.rejected], ['queued', result.queued],
    ['teamsCreated', result.teams_created], ['metricsCreated', result.metrics_created], ['heldBack', result.held_back],
  ] as const;
  return (
    <dl className={classes.counts}>
      {counts
        .filter(([name, count]) => count !== undefined && (count > 0 || name === 'rows' || name === 'imported'))
        .map(([name, count]) => (
          <div key={name} data-count={name}>
            <dt>{t(`count.${name}`)}</dt>
            <dd>
              <Bdi>{formatCount(count ?? 0)}</Bdi>
            </dd>
          </div>
        ))}
    </dl>
  );
}
