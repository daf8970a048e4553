import { useTranslation } from 'react-i18next';
import { Link, useSearch } from 'wouter';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { formatCount } from '@/i18n/format';
import { FeelingBar, FigureText, Gap, ScoreText, scales } from './figures';
import classes from './Journeys.module.css';

/** One touchpoint on the map: score, feeling, gap, what stands in the way. */
export function PointCard({ point }: { point: Schemas['CxPoint'] }) {
  const { t } = useTranslation('journeys');
  const search = useSearch();
  const score = point.scores[0];
  const x = point.touchpoint;
  return (
    <li className={classes.card} data-gap={point.gap !== undefined && point.gap > 0 ? 'open' : undefined}>
      <h3 className={classes.name}>
        <Link href={`/touchpoints/${encodeURIComponent(x.id)}${search ? `?${search}` : ''}`}>
          <bdi>{x.name}</bdi>
        </Link>
      </h3>
      <p className={classes.small}>
        {t(`kind.${x.kind}`)}
        {x.owner_team && (
          <>
            {' · '}
            <bdi>{x.owner_team}</bdi>
          </>
        )}
      </p>
      {!score && <p className={classes.small}>{point.n > 0 ? t('noScore', { n: formatCount(point.n) }) : t('noAnswers')}</p>}
      {score && <ScoreText score={score} />}
      {score?.figure && <Band domain={scales[score.type].domain} estimate={score.figure.value} lo={score.figure.lo} hi={score.figure.hi} color="var(--kind-cx)" width={210} height={24} />}
      <Gap point={point} />
      {point.feeling && (
        <p className={classes.score}>
          {t('feeling')}: <FigureText figure={point.feeling} signed />
        </p>
      )}
      <FeelingBar emotions={point.emotions} />
      {point.hurts.over && (
        <p className={classes.score}>
          {t('hurt.over')}: <FigureText figure={point.hurts.over} unit="%" />
        </p>
      )}
      {point.barriers.length > 0 && (
        <p className={classes.barrier}>
          {t('barriers.some', { count: point.barriers.length })}: <bdi>{point.barriers[0]?.name}</bdi>
        </p>
      )}
    </li>
  );
}
