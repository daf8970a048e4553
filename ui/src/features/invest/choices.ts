import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import type { Choice } from '@/components/Field';

// What people can move comes first; nobody moves a confounder.
const order = ['ex', 'cx', 'behaviour', 'outcome', 'money'];

/** The metrics and teams one may choose from; the whole organisation only for those who see all of it. */
export function useChoices(): { metrics: Choice[]; teams: Choice[]; whole: boolean; ready: boolean } {
  const { t } = useTranslation('invest');
  const may = useMay();
  const metrics = api.useQuery('get', '/goal-metrics', {});
  const teams = api.useQuery('get', '/teams', {});
  // Everybody but a lead sees the whole organisation; a lead may not close rounds or read the ledger.
  const whole = may('ledger.read');
  const list = (teams.data?.items ?? []).map((x) => ({ value: x.id, label: '\u2003'.repeat(Math.max(0, x.path.length - 1)) + x.name }));
  return {
    metrics: [...(metrics.data?.items ?? [])].filter((m) => order.includes(m.kind)).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)).map((m) => ({ value: m.id, label: m.unit ? `${m.name} (${m.unit})` : m.name })),
    teams: whole ? [{ value: '', label: t('organisation') }, ...list] : list,
    whole,
    ready: metrics.data !== undefined && teams.data !== undefined,
  };
}
