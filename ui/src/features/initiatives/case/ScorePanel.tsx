import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { decimalsFor, formatDay, formatNumber } from '@/i18n/format';
import { formatReturn } from '@/i18n/money';
import classes from '../Initiatives.module.css';

/** How good the frozen forecast was. */
export function ScorePanel({ score: s, name, at }: { score: Schemas['ForecastScore']; name: string; at: string }) {
  const { t } = useTranslation('forecast');
  const digits = decimalsFor(s.ci_lo, s.ci_hi, s.expected);
  return (
    <Panel title={t(s.inside ? 'score.inside' : s.miss > 0 ? 'score.better' : 'score.worse')} subtitle={t('score.sub', { name, at: formatDay(at.slice(0, 10)), day: formatDay(s.as_of) })}>
      <dl className={classes.facts}>
        <div>
          <dt>{t('score.expected')}</dt>
          <dd>
            <Bdi>{`${formatNumber(s.expected, digits)} (${formatNumber(s.ci_lo, digits)} … ${formatNumber(s.ci_hi, digits)})`}</Bdi>
          </dd>
        </div>
        <div>
          <dt>{t('score.measured', { grade: s.grade })}</dt>
          <dd>
            <Bdi>{formatNumber(s.measured, digits)}</Bdi>
          </dd>
        </div>
        {s.roi !== undefined && (
          <div>
            <dt>{t('score.roi')}</dt>
            <dd>
              <Bdi>{formatReturn(s.roi)}</Bdi> <span className={classes.soft}>{t(s.roi_inside ? 'score.roiInside' : 'score.roiOutside')}</span>
            </dd>
          </div>
        )}
      </dl>
      <p className={classes.soft}>
        <Link href="/initiatives/record">{t('score.record')}</Link>
      </p>
    </Panel>
  );
}
