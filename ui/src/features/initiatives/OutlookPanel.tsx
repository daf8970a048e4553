import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ChartFrame } from '@/charts/ChartFrame';
import { PowerCurve } from '@/charts/PowerCurve';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatNumber } from '@/i18n/format';
import classes from './Initiatives.module.css';

/** What could be proved, in words first, then what could be seen against what is expected. */
export function OutlookPanel({ outlook: o, expected, stale }: { outlook: Schemas['InitiativeOutlook']; expected?: number; stale?: boolean }) {
  const { t } = useTranslation('initiatives');
  const summary = o.words[0]?.text ?? '';
  const labels = { expectedLabel: t('outlook.expected'), xLabel: t('outlook.size'), yLabel: t('outlook.chance') };
  return (
    <>
      <Words outlook={o} stale={stale} />
      {o.curve.length > 0 && (
        <ChartFrame id="power" file="power" title={t('outlook.chanceTitle')} summary={summary || labels.yLabel} table={{ header: [labels.xLabel, labels.yLabel], rows: o.curve.map((p) => [p.effect, p.power]) }}>
          <PowerCurve curve={o.curve} expected={Math.abs(expected ?? o.expected ?? 0)} {...labels} summary={summary} />
        </ChartFrame>
      )}
    </>
  );
}

function Words({ outlook: o, stale }: { outlook: Schemas['InitiativeOutlook']; stale?: boolean }) {
  const { t } = useTranslation(['initiatives', 'words']);
  return (
    <Panel title={t(o.not_enough || !o.reachable ? 'outlook.no' : 'outlook.yes')} subtitle={stale ? t('outlook.stale') : t('outlook.sub', { history: o.history, pre: o.pre, post: o.post })}>
      <div className={classes.sentences}>
        {o.not_enough && <p>{o.not_enough.text}</p>}
        {[...o.words, ...o.why].map((s) => (
          <p key={s.key}>{s.text}</p>
        ))}
      </div>
      {o.rollouts.length > 1 && (
        <Table caption={t('outlook.rollouts')} captionShown cards>
          <thead>
            <tr>
              <th scope="col">{t('outlook.waves')}</th>
              <th scope="col">{t('outlook.teams')}</th>
              <th scope="col" data-num>
                {t('outlook.mde')}
              </th>
              <th scope="col" data-num>
                {t('outlook.p')}
              </th>
            </tr>
          </thead>
          <tbody>
            {o.rollouts.map((r) => (
              <tr key={r.sizes.length}>
                <td data-label={t('outlook.waves')}>{r.sizes.length}</td>
                <td data-label={t('outlook.teams')}>
                  <Bdi>{r.sizes.join(' + ')}</Bdi>
                </td>
                <td data-label={t('outlook.mde')} data-num>{r.mde === undefined ? t('outlook.notPossible') : <Bdi>{formatNumber(r.mde)}</Bdi>}</td>
                <td data-label={t('outlook.p')} data-num>{r.smallest_p !== undefined && <Bdi>{r.smallest_p < 0.0001 ? `< ${formatNumber(0.0001, 4)}` : formatNumber(r.smallest_p, 4)}</Bdi>}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}
