import { useTranslation } from 'react-i18next';
import { strengthColor, type Verdict } from './evidence';
import { VerdictShape } from './VerdictShape';

/** A verdict as shape and word, never colour alone. */
export function VerdictTag({ verdict, estimate }: { verdict: Verdict; estimate?: number }) {
  const { t } = useTranslation('words');
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8, fontWeight: verdict === 'supported' ? 650 : 450 }}>
      <VerdictShape verdict={verdict} color={strengthColor(verdict, estimate)} />
      {t(`verdict.${verdict}`)}
    </span>
  );
}
