import { useTranslation } from 'react-i18next';
import { EstimateText } from '@/charts/EstimateText';
import { Panel } from '@/components/Panel';
import type { Detail } from './detail';
import { useSlopeUnit } from './unit';

/** What was declared to be allowed for, what became of it, and the slope without it. */
export function Allowed({ detail }: { detail: Detail }) {
  const { t } = useTranslation('linkage');
  const { finding, x, y } = detail;
  const unit = useSlopeUnit(x, y);
  const list = finding.covariates ?? [];
  if (list.length === 0) return null;
  return (
    <Panel title={t('allowed.title')} subtitle={t('allowed.subtitle')}>
      <ul>
        {list.map((c) => (
          <li key={c.metric} data-use={c.use}>
            <bdi>{c.name}</bdi>: {t(`allowed.${c.use}`)}
          </li>
        ))}
      </ul>
      {finding.plain && (
        <p>
          {t('allowed.plain')} <EstimateText estimate={finding.plain} unit={unit} />
        </p>
      )}
    </Panel>
  );
}
