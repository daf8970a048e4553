import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Band } from '@/charts/Band';
import { Files } from '@/charts/Files';
import { drawnTable } from '@/charts/picture';
import { Bdi } from '@/components/Bdi';
import { formatCount, formatPercent, formatRange } from '@/i18n/format';
import { besideOf, boundsOf, figureOf, type Column, type Released } from './figures';
import { NotShown } from './NotShown';
import classes from './Results.module.css';

export function Tiles({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const index = r.columns.find((c) => c.kind === 'index');
  const enps = r.columns.find((c) => c.company?.enps !== undefined);
  const company = r.rows.find((row) => row.depth === 0 && !row.attribute_value);
  const sides = r.columns.filter((c) => c.kind === 'side');
  const tiles = [...(index ? [index] : []), ...(enps ? [enps] : []), ...(index && enps ? [] : sides)];
  const here = useRef<HTMLDivElement>(null);
  const figures = () => ({
    header: ['', t('results.company'), `${t('results.interval')} <`, `${t('results.interval')} >`, t('results.before')],
    rows: tiles.map((c) => [c === enps ? t('results.enps') : c.title, figureOf(c.company), boundsOf(c.company)?.[0], boundsOf(c.company)?.[1], figureOf(c.previous)]),
  });
  const files = (
    <div className={classes.files} data-print="no">
      <Files title={t('results.company')} file="figures-of-the-company" pictures={() => (here.current ? [drawnTable(here.current)] : [])} figures={figures} />
    </div>
  );
  return (
    <div>
      {files}
      <div ref={here} className={classes.tiles}>
        {tiles.map((c) => (
          <Tile key={c.key} column={c} name={c === enps ? t('results.enps') : c.title} />
        ))}
        {!r.wave.imported && (
          <section className={classes.tile}>
            <h2>{t('results.response')}</h2>
            <p className={classes.big}>{company?.response_percent === undefined ? <NotShown /> : <Bdi>{formatPercent(company.response_percent / 100)}</Bdi>}</p>
            <p className={classes.doubt}>{t('results.responseOf', { invited: formatCount(r.wave.invited) })}</p>
          </section>
        )}
      </div>
    </div>
  );
}

function Tile({ column: c, name }: { column: Column; name: string }) {
  const { t } = useTranslation('pulse');
  const value = figureOf(c.company);
  const bounds = boundsOf(c.company);
  const before = figureOf(c.previous);
  const enps = c.company?.enps !== undefined;
  const beside = besideOf(c);
  return (
    <section className={classes.tile}>
      <h2>{name}</h2>
      <p className={classes.big}>{value === undefined ? <NotShown /> : <Bdi>{formatCount(value)}</Bdi>}</p>
      {value !== undefined && bounds && <Band domain={enps ? [-100, 100] : [0, 100]} estimate={value} lo={bounds[0]} hi={bounds[1]} color="var(--kind-ex)" width={220} height={22} />}
      <p className={classes.doubt}>
        {c.company?.favourable !== undefined && (
          <>
            {t('results.favourableShare', { share: formatPercent(c.company.favourable / 100) })}
            {' · '}
          </>
        )}
        {bounds && (
          <>
            {t('results.interval')} <Bdi>{formatRange(bounds[0], bounds[1], 0)}</Bdi>
          </>
        )}
        {beside && (
          <>
            {' · '}
            {beside.source}: <Bdi>{formatCount(beside.value)}</Bdi>
          </>
        )}
        {before !== undefined && (
          <>
            {' · '}
            {t('results.before')} <Bdi>{formatCount(before)}</Bdi>
          </>
        )}
      </p>
    </section>
  );
}
