import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useMay } from '@/api/session';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { Bdi } from '@/components/Bdi';
import { formatCount, formatDay, formatNumber } from '@/i18n/format';
import { Downloads } from './Downloads';
import { Filters, useFilter, useQueryText } from './Filters';
import { FigureText, ScoreText } from './figures';
import { JourneyDialog } from './JourneyDialog';
import classes from './Journeys.module.css';
import { MapFiles } from './MapFiles';
import { CountNow, NotCounted } from './NotCounted';
import { PointCard } from './PointCard';

/** Stages × touchpoints of every journey, with what customers say of each. */
export function MapPage() {
  const { t } = useTranslation('journeys');
  const may = useMay();
  const filter = useFilter();
  const query = useQueryText();
  const map = api.useQuery('get', '/journey-map', { params: { query: filter } }, { retry: false });
  const [editing, setEditing] = useState<Schemas['Journey'] | 'new'>();
  const none = map.isError && toProblem(map.error).code === 'journey_map_none';
  const m = map.data;
  return (
    <Page
      title={t('map.title')}
      lead={m ? t('map.lead', { from: m.from, to: m.to, n: formatCount(m.n), day: formatDay(m.as_of) }) : undefined}
      actions={
        m && (
          <>
            {may('import.cx') && <CountNow />}
            {may('import.cx') && <Button onClick={() => setEditing('new')}>{t('journey.new')}</Button>}
          </>
        )
      }
    >
      {m && <Filters segments={m.segments} products={m.products} channels={m.channels} />}
      {map.isPending && <RowsSkeleton rows={8} />}
      {map.isError && !none && <ProblemNotice error={map.error} retry={() => void map.refetch()} />}
      {none && <NotCounted />}
      {m?.courses.map((c) => <Course key={c.journey.name} course={c} query={query} onEdit={may('import.cx') ? setEditing : undefined} />)}
      {m && m.loose.length > 0 && <Loose points={m.loose} />}
      {editing && <JourneyDialog item={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
    </Page>
  );
}

function Loose({ points }: { points: Schemas['CxPoint'][] }) {
  const { t } = useTranslation('journeys');
  const cards = useRef<HTMLUListElement>(null);
  return (
    <div id="loose">
      <Panel title={t('map.loose')} subtitle={t('map.looseSub')} actions={<MapFiles name={t('map.loose')} stages={[{ name: '', points }]} map={cards} id="loose" />}>
        <ul ref={cards} className={classes.cards}>{points.map((p) => <PointCard key={p.touchpoint.id} point={p} />)}</ul>
      </Panel>
    </div>
  );
}

function Course({ course, query, onEdit }: { course: Schemas['CxCourse']; query: string; onEdit?: (j: Schemas['Journey']) => void }) {
  const { t } = useTranslation('journeys');
  const name = course.journey.name;
  const id = `journey-${name.replace(/[^\p{L}\p{N}]+/gu, '-')}`;
  const map = useRef<HTMLOListElement>(null);
  return (
    <div id={id}>
      <Panel
        title={<bdi>{name}</bdi>}
        actions={
          <>
            {onEdit && (
              <Button size="xs" variant="default" onClick={() => onEdit(course.journey)} aria-label={t('journey.editOf', { name })}>
                {t('journey.edit')}
              </Button>
            )}
            <Downloads path="journey-tables/map" query={query} name={t('map.title')} />
            <MapFiles name={name} stages={course.stages} map={map} id={id} />
          </>
        }
      >
        {course.scores.map((s) => <ScoreText key={s.type} score={s} />)}
        {course.completion && (
          <p className={classes.score}>
            {t('completion')}: <FigureText figure={course.completion} unit="%" />
          </p>
        )}
        <div className={classes.scroll} tabIndex={0} role="group" aria-label={name}>
          <ol ref={map} className={classes.stages}>
            {course.stages.map((st) => (
              <li key={st.name} className={classes.stage}>
                <p className={classes.stageName}>
                  <bdi>{st.name || t('map.noStage')}</bdi>
                </p>
                {st.points.length === 0 && <p className={classes.small}>{t('map.empty')}</p>}
                <ul className={classes.points}>{st.points.map((p) => <PointCard key={p.touchpoint.id} point={p} />)}</ul>
              </li>
            ))}
          </ol>
        </div>
        {course.ways.length > 0 && <Ways course={course} query={query} />}
      </Panel>
    </div>
  );
}

function Ways({ course, query }: { course: Schemas['CxCourse']; query: string }) {
  const { t } = useTranslation('journeys');
  return (
    <div className={classes.ways}>
      <div className={classes.waysHead}>
        <h3 className={classes.name}>{t('ways.title', { n: formatCount(course.trips) })}</h3>
        <Downloads path="journey-tables/ways" query={query} name={t('ways.caption')} />
      </div>
      <Table caption={t('ways.caption')} cards>
        <thead>
          <tr>
            <th scope="col">{t('ways.way')}</th>
            <th scope="col">{t('ways.end')}</th>
            <th scope="col" data-num>
              {t('ways.share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {course.ways.map((w) => (
            <tr key={w.steps.join('>') + String(w.whole)}>
              <th scope="row">
                <bdi>{w.steps.join(' › ')}</bdi>
              </th>
              <td data-label={t('ways.end')}>{t(w.whole ? 'ways.whole' : 'ways.broken')}</td>
              <td data-num data-label={t('ways.share')}>
                <Bdi>{`${formatNumber(w.share, 1)}% (${formatCount(w.n)})`}</Bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
