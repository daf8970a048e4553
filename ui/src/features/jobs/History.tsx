import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import classes from './Jobs.module.css';

export function History({ job, onClose }: { job: Schemas['Job']; onClose: () => void }) {
  const { t } = useTranslation('jobs');
  const runs = api.useQuery('get', '/jobs/{name}/runs', { params: { path: { name: job.name }, query: { limit: 50 } } });
  const items = runs.data?.items ?? [];
  return (
    <Dialog title={t('historyOf', { job: job.title })} size="xl" onClose={onClose}>
      {runs.isPending && <RowsSkeleton rows={5} />}
      {runs.isError && <ProblemNotice error={runs.error} retry={() => void runs.refetch()} />}
      {runs.data && items.length === 0 && <p>{t('noHistory')}</p>}
      {items.length > 0 && (
        <Table caption={t('historyOf', { job: job.title })} cards>
          <thead>
            <tr>
              <th scope="col">{t('h.occurrence')}</th>
              <th scope="col">{t('col.state')}</th>
              <th scope="col">{t('h.trigger')}</th>
              <th scope="col">{t('h.started')}</th>
              <th scope="col">{t('h.took')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((run) => (
              <tr key={run.id}>
                <th scope="row">{formatTime(run.occurrence)}</th>
                <td>
                  <span className={classes.state} data-state={run.state}>
                    {t(`state.${run.state}`)}
                  </span>
                  {run.error && <span className={classes.summary}>{run.error}</span>}
                </td>
                <td data-label={t('h.trigger')}>{run.trigger ? t(`trigger.${run.trigger}`) : '—'}</td>
                <td data-label={t('h.started')}>{formatTime(run.started_at)}</td>
                <td data-label={t('h.took')}>{run.finished_at ? t('seconds', { count: seconds(run.started_at, run.finished_at) }) : '—'}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Dialog>
  );
}

function seconds(from: string, to: string): number {
  return Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
