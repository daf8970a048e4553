import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { EstimateText } from '@/charts/EstimateText';
import { Files } from '@/charts/Files';
import { drawnTable } from '@/charts/picture';
import { widest } from '@/charts/scale';
import { Panel } from '@/components/Panel';
import { formatDay } from '@/i18n/format';
import classes from './Actions.module.css';

type Action = Schemas['Action'];
type Estimate = Schemas['Estimate'];

/** Whether the figure has moved since the day it was agreed: since then, never because. */
export function SincePanel({ action: a }: { action: Action }) {
  const { t } = useTranslation('actions');
  const here = useRef<HTMLDivElement>(null);
  const since = a.since;
  if (!a.metric_name) {
    return (
      <Panel title={t('since.title')}>
        <p className={classes.soft}>{t('since.none')}</p>
      </Panel>
    );
  }
  if (!since) {
    return (
      <Panel title={t('since.title')} subtitle={a.metric_name}>
        <p className={classes.soft}>{t('since.notLooked')}</p>
      </Panel>
    );
  }
  const drawn = [since.change, ...(since.others ? [since.others] : [])];
  const domain = widest(drawn.flatMap((e) => [e.ci_lo, e.ci_hi]));
  return (
    <Panel title={t('since.title')} subtitle={`${a.metric_name} · ${t('since.from', { day: formatDay(since.on) })}`}>
      <div className={classes.sentences}>
        {since.text.map((s, i) => (
          <p key={i}>{s.text}</p>
        ))}
        {since.change.not_enough && <p>{since.change.not_enough.text}</p>}
      </div>
      {since.change.estimate !== undefined && (
        <>
          <div className={classes.files} data-print="no">
            <Files
              title={t('since.title')}
              file="since"
              pictures={() => (here.current ? [drawnTable(here.current)] : [])}
              figures={() => ({
                header: ['', a.metric_name ?? '', '2.5 %', '97.5 %'],
                rows: drawn.map((e, i) => [i === 0 ? (a.team_name ?? t('everybody')) : t('since.others'), e.estimate, e.ci_lo, e.ci_hi]),
              })}
            />
          </div>
          <div ref={here} className={classes.bands} data-chart="since">
            <Line name={a.team_name ?? t('everybody')} estimate={since.change} unit={a.metric_unit} domain={domain} color="var(--accent)" />
            {since.others?.estimate !== undefined && <Line name={t('since.others')} estimate={since.others} unit={a.metric_unit} domain={domain} color="var(--strength-none)" />}
          </div>
        </>
      )}
      <p className={classes.soft}>{t('since.caution')}</p>
    </Panel>
  );
}

function Line({ name, estimate: e, unit, domain, color }: { name: string; estimate: Estimate; unit?: string; domain: readonly [number, number]; color: string }) {
  return (
    <>
      <span>
        <bdi>{name}</bdi>
      </span>
      <Band domain={domain} estimate={e.estimate ?? 0} lo={e.ci_lo} hi={e.ci_hi} color={color} width={320} />
      <span>
        <EstimateText estimate={e} unit={unit} bold />
      </span>
    </>
  );
}
