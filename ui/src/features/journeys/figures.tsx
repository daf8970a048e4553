import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { formatCount, formatNumber } from '@/i18n/format';
import classes from './Journeys.module.css';

type Figure = Schemas['CxFigure'];
export type ScoreType = Schemas['CxScore']['type'];

/** Decimals and ends of every kind of score. */
export const scales: Record<ScoreType, { digits: number; domain: [number, number] }> = {
  nps: { digits: 0, domain: [-100, 100] },
  csat: { digits: 0, domain: [0, 100] },
  ces: { digits: 1, domain: [1, 7] },
};

interface FigureProps {
  figure?: Figure;
  digits?: number;
  unit?: string;
  signed?: boolean;
}

/** A figure with its interval and the answers behind it; a dash and the reason where there are too few. */
export function FigureText({ figure, digits = 0, unit = '', signed }: FigureProps) {
  const { t } = useTranslation('journeys');
  if (!figure) return <span className={classes.small}>{t('tooFew')}</span>;
  const sign = signed && figure.value > 0 ? '+' : '';
  return (
    <>
      <strong>
        <Bdi>{`${sign}${formatNumber(figure.value, digits)}${unit}`}</Bdi>
      </strong>{' '}
      <span className={classes.small}>
        <Bdi>{`${formatNumber(figure.lo, digits)} … ${formatNumber(figure.hi, digits)}`}</Bdi> · {t('of', { n: formatCount(figure.n) })}
      </span>
    </>
  );
}

/** A score under the name of its kind. */
export function ScoreText({ score }: { score: Schemas['CxScore'] }) {
  const { t } = useTranslation('journeys');
  return (
    <p className={classes.score}>
      {t(`type.${score.type}`)}: {score.figure ? <FigureText figure={score.figure} digits={scales[score.type].digits} unit={score.type === 'csat' ? '%' : ''} /> : t('few', { n: formatCount(score.n) })}
    </p>
  );
}

/** How customers say it felt: one bar from pleasant to unpleasant, told in words for those who do not see it. */
export function FeelingBar({ emotions }: { emotions: Schemas['CxPart'][] }) {
  const { t } = useTranslation('journeys');
  const all = emotions.reduce((sum, e) => sum + e.n, 0);
  if (all === 0) return null;
  const words = emotions.filter((e) => e.n > 0).map((e) => `${t(`emotion.${e.key}` as 'emotion.pleased')} ${formatCount(e.n)}`);
  return (
    <div className={classes.feelings} role="img" aria-label={`${t('feelings')}: ${words.join(', ')}`}>
      {emotions.map((e, i) => e.n > 0 && <span key={e.key} data-side={i < 3 ? 'good' : i > 3 ? 'bad' : 'even'} style={{ flexGrow: e.n }} title={`${t(`emotion.${e.key}` as 'emotion.pleased')} ${formatCount(e.n)}`} />)}
    </div>
  );
}

export function Gap({ point }: { point: Schemas['CxPoint'] }) {
  const { t } = useTranslation('journeys');
  const score = point.scores[0];
  if (point.desired === undefined || !score) return null;
  const digits = scales[score.type].digits;
  return (
    <p className={classes.score}>
      {t('desired')}: <Bdi>{formatNumber(point.desired, digits)}</Bdi>
      {point.gap !== undefined && (
        <>
          {' · '}
          <strong data-side={point.gap > 0 ? 'short' : 'reached'}>{point.gap > 0 ? t('gap', { gap: formatNumber(point.gap, digits) }) : t('reached')}</strong>
        </>
      )}
    </p>
  );
}
