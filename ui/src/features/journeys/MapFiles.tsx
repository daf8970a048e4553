import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Files } from '@/charts/Files';
import { drawnTable } from '@/charts/picture';

interface Props {
  name: string;
  stages: Schemas['CxStage'][];
  /** The map as it stands on the page, with what runs out of its frame. */
  map: RefObject<HTMLElement | null>;
  id: string;
}

/** The map of one journey, or of the touchpoints on none, as picture, figures and link. */
export function MapFiles({ name, stages, map, id }: Props) {
  const { t } = useTranslation('journeys');
  const figures = () => ({
    header: [t('map.stage'), t('map.point'), t('overview.score'), t('map.value'), t('map.low'), t('map.high'), t('map.n'), t('desired'), t('map.gap'), t('feeling')],
    rows: stages.flatMap((stage) =>
      stage.points.map((p) => {
        const [score] = p.scores;
        const f = score?.figure;
        return [stage.name, p.touchpoint.name, score && t(`type.${score.type}`), f?.value, f?.lo, f?.hi, f?.n ?? score?.n ?? p.n, p.desired, p.gap, p.feeling?.value];
      }),
    ),
  });
  return <Files title={name} file={`journey-${name.replace(/[^\p{L}\p{N}]+/gu, '-')}`} id={id} pictures={() => (map.current ? [drawnTable(map.current)] : [])} figures={figures} />;
}
