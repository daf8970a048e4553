import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Panel } from '@/components/Panel';
import { Three } from './Three';

/** The three returns of the whole organisation, where they have been stated. */
export function Pooled() {
  const { t } = useTranslation('initiatives');
  const returns = api.useQuery('get', '/returns', {});
  const all = returns.data?.items.find((s) => s.subject === 'organisation');
  if (!all?.roi) return null;
  return (
    <Panel title={t('pooled.title')} subtitle={t('pooled.sub', { count: all.initiatives.length })}>
      <Three statement={all} />
    </Panel>
  );
}
