import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { Notice } from '@/components/Notice';
import { formatCount } from '@/i18n/format';

const shown = 12;

/** Feedback and orders that wait because no team answers to the name their source uses; creating the team is all it takes. */
export function Waiting() {
  const { t } = useTranslation('imports');
  const may = useMay();
  const waiting = api.useQuery('get', '/imports-waiting', {}, { enabled: may('import.cx'), retry: false });
  const items = waiting.data?.items ?? [];
  if (items.length === 0) return null;
  const total = items.reduce((sum, item) => sum + item.count, 0);
  return (
    <Notice tone="warn" title={t('waiting.title', { count: total, rows: formatCount(total) })} actions={may('teams.read') && <ButtonLink href="/teams" variant="default">{t('waiting.teams')}</ButtonLink>}>
      <p>{t('waiting.body')}</p>
      <ul>
        {items.slice(0, shown).map((item) => (
          <li key={item.kind + item.name}>
            <bdi>{item.name || t('waiting.nameless')}</bdi> · {t(`kind.${item.kind}`)} · {formatCount(item.count)}
          </li>
        ))}
        {items.length > shown && <li>{t('waiting.more', { more: formatCount(items.length - shown) })}</li>}
      </ul>
    </Notice>
  );
}
