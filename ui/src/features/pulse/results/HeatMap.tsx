import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { useKept } from '@/components/useKept';
import { formatPercent } from '@/i18n/format';
import { BesideCell } from './BesideCell';
import { besideOf, heatColumns, rowName, type Released } from './figures';
import { HeatCell } from './HeatCell';
import { NotShown } from './NotShown';
import classes from './Results.module.css';

/** Groups down, drivers across, the company and the wave before beside them; each side of the drivers folds into one. */
export function HeatMap({ results: r, why }: { results: Released; why: string }) {
  const { t } = useTranslation('pulse');
  const [kept, keep] = useKept('open');
  const open: ReadonlySet<string> = new Set(kept.split(',').filter(Boolean));
  const columns = heatColumns(r.columns, open);
  const place = new Map(r.columns.map((c, i) => [c.key, i]));
  const sides = r.columns.filter((c) => c.kind === 'side');
  const toggle = (key: string) => keep((open.has(key) ? [...open].filter((x) => x !== key) : [...open, key]).join(','));
  const asked = !r.wave.imported; // of a survey from elsewhere nobody knows who was asked
  const withBeside = columns.some((c) => besideOf(c));
  const withBefore = columns.some((c) => c.previous);
  return (
    <Panel
      flush
      title={t('heat.title')}
      subtitle={t('heat.subtitle')}
      actions={sides.map((s) => (
        <Button key={s.key} size="xs" variant="default" aria-expanded={open.has(s.key)} onClick={() => toggle(s.key)}>
          {t(open.has(s.key) ? 'heat.fold' : 'heat.open', { side: s.title })}
        </Button>
      ))}
    >
      <div className={classes.heat}>
        <Table file="heat-map" caption={t('heat.caption')}>
          <thead>
            <tr>
              <th scope="col">{t('results.group')}</th>
              {asked && <th scope="col">{t('results.response')}</th>}
              {columns.map((c) => (
                <th key={c.key} scope="col" className={classes.head}>
                  {c.company?.enps !== undefined ? t('results.enps') : c.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className={classes.beside}>
              <th scope="row">{t('results.company')}</th>
              {asked && <td />}
              {columns.map((c) => (
                <HeatCell key={c.key} cell={c.company} />
              ))}
            </tr>
            {withBefore && (
              <tr className={classes.beside}>
                <th scope="row">{t('results.companyBefore')}</th>
                {asked && <td />}
                {columns.map((c) => (c.previous ? <HeatCell key={c.key} cell={c.previous} /> : <td key={c.key}>—</td>))}
              </tr>
            )}
            {withBeside && (
              <tr className={classes.beside}>
                <th scope="row">{t('results.benchmark')}</th>
                {asked && <td />}
                {columns.map((c) => (
                  <BesideCell key={c.key} column={c} />
                ))}
              </tr>
            )}
            {r.rows
              .filter((row) => row.depth > 0 || row.attribute_value)
              .map((row) => (
                <tr key={`${row.node_id}/${row.attribute_value ?? ''}`}>
                  <th scope="row" style={{ paddingInlineStart: `${20 + 14 * Math.max(0, row.depth - 1)}px` }}>
                    <bdi>{rowName(row)}</bdi>
                  </th>
                  {asked && <td data-num>{row.response_percent === undefined ? <NotShown short /> : formatPercent(row.response_percent / 100)}</td>}
                  {columns.map((c) => (
                    <HeatCell key={c.key} cell={row.cells[place.get(c.key) ?? -1]} company={c.company} />
                  ))}
                </tr>
              ))}
          </tbody>
        </Table>
      </div>
      <ul className={classes.legend}>
        <li>
          <span className={classes.swatch} data-standing="above" aria-hidden>▲</span> {t('heat.above')}
        </li>
        <li>
          <span className={classes.swatch} data-standing="below" aria-hidden>▼</span> {t('heat.below')}
        </li>
        <li>
          <NotShown /> {why}
        </li>
      </ul>
    </Panel>
  );
}
