import { useTranslation } from 'react-i18next';
import { ChartFrame } from '@/charts/ChartFrame';
import { strengthColor } from '@/charts/evidence';
import { LagProfile } from '@/charts/LagProfile';
import type { Detail } from './detail';
import { useSlopeUnit } from './unit';

export function Lags({ detail, file }: { detail: Detail; file: string }) {
  const { t } = useTranslation(['linkage', 'words']);
  const { finding, lags, x, y } = detail;
  const strength = useSlopeUnit(x, y);
  const axis = t('lags.axis', { grain: t(`words:grain.${finding.grain}`) });
  return (
    <ChartFrame
      id="lags"
      title={t('lags.title')}
      subtitle={t('lags.subtitle')}
      summary={t('lags.title')}
      file={`${file}-lags`}
      table={{
        header: [t('lags.lag'), strength, t('lags.low'), t('lags.high'), t('lags.kind')],
        rows: lags.map((l) => [
          String(l.lag), l.estimate.estimate ?? l.estimate.not_enough?.text, l.estimate.ci_lo, l.estimate.ci_hi, l.declared ? t('lags.declared') : t('lags.exploration'),
        ]),
      }}
    >
      <LagProfile
        lags={lags.map((l) => ({ lag: l.lag, declared: l.declared, estimate: l.estimate.estimate, lo: l.estimate.ci_lo, hi: l.estimate.ci_hi }))}
        color={strengthColor(finding.verdict, finding.twfe.estimate)}
        xLabel={axis}
        yLabel={strength}
        declaredLabel={t('lags.declared')}
        summary={`${t('lags.title')} ${t('lags.subtitle')}`}
      />
    </ChartFrame>
  );
}
