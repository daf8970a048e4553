import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';

/** EX, CX and money have one hue each, everywhere; the word stands beside it. */
export function KindTag({ kind, long }: { kind: Schemas['MetricKind']; long?: boolean }) {
  const { t } = useTranslation('words');
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 6, color: `var(--kind-${kind})`, fontSize: 'var(--text-small)', fontWeight: 600, whiteSpace: 'nowrap' }}>
      <svg width="10" height="10" aria-hidden>
        <rect width="10" height="10" rx="3" fill="currentColor" />
      </svg>
      {long ? t(`kind.${kind}`) : t(`kindShort.${kind}`)}
    </span>
  );
}
