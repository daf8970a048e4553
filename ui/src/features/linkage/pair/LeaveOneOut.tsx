import { useTranslation } from 'react-i18next';
import { isolate } from '@/charts/isolate';
import { ChartFrame } from '@/charts/ChartFrame';
import { strengthColor } from '@/charts/evidence';
import { Strip } from '@/charts/Strip';
import { decimalsFor, formatNumber } from '@/i18n/format';
import type { Detail } from './detail';

export function LeaveOneOut({ detail, file }: { detail: Detail; file: string }) {
  const { t } = useTranslation('linkage');
  const { finding, leave_one_out: left } = detail;
  const { estimate, ci_lo: lo, ci_hi: hi } = finding.twfe;
  if (estimate === undefined) return null;
  const nameOf = (i: number, name?: string) => name ?? t('scatter.teamNumber', { number: i + 1 });
  return (
    <ChartFrame
      id="leave-one-out"
      title={t('loo.title')}
      subtitle={t('loo.subtitle')}
      summary={t('loo.title')}
      file={`${file}-leave-one-out`}
      table={{ header: [t('loo.team'), t('loo.answer')], rows: left.map((l, i) => [nameOf(i, l.team_name), l.estimate]) }}
    >
      <Strip
        values={left.map((l) => ({ name: l.team_name, value: l.estimate }))}
        overall={estimate}
        lo={lo}
        hi={hi}
        overallLabel={`${t('loo.overall')} ${isolate(formatNumber(estimate, decimalsFor(lo, hi, estimate)))}`}
        color={strengthColor(finding.verdict, estimate)}
        summary={`${t('loo.title')} ${t('loo.subtitle')}`}
      />
    </ChartFrame>
  );
}
