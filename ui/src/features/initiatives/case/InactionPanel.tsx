import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { isolate } from '@/charts/isolate';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { decimalsFor, formatNumber, formatRange } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import classes from '../Initiatives.module.css';

/** What doing nothing costs: as somebody declared it, and as the trend says if it goes on. */
export function InactionPanel({ forecast: f }: { forecast: Schemas['Forecast'] }) {
  const { t } = useTranslation('forecast');
  const money = (v: number | undefined) => formatMoney(Math.abs(v ?? 0), f.currency);
  const signed = (v: number | undefined) => formatMoney(v ?? 0, f.currency);
  return (
    <Panel title={t('inaction.title')} subtitle={t('inaction.sub')}>
      <div className={classes.three}>
        {f.inaction.map((x) => (
          <div key={x.kind}>
            <h3>{t(`inaction.${x.kind}`)}</h3>
            {x.loss !== undefined && (
              <>
                <p className={classes.figure}>
                  <Bdi>{money(x.loss)}</Bdi> <span className={classes.soft}>{t(x.loss >= 0 ? 'inaction.lost' : 'inaction.gained')}</span>
                </p>
                <p className={classes.soft}>
                  {t('expected.range')} <Bdi>{`${signed(x.loss_lo)} … ${signed(x.loss_hi)}`}</Bdi>
                </p>
              </>
            )}
            {x.change !== undefined && (
              <p className={classes.soft}>
                {t('inaction.change', { now: isolate(formatNumber(x.now ?? 0)), change: isolate(formatNumber(x.change, decimalsFor(x.change_lo, x.change_hi, x.change))), range: isolate(formatRange(x.change_lo ?? 0, x.change_hi ?? 0, decimalsFor(x.change_lo, x.change_hi, x.change))) })}
              </p>
            )}
            {x.from && x.change !== undefined && <p className={classes.soft}>{t('inaction.drawnFrom', { from: x.from, to: x.to ?? '' })}</p>}
            {x.change !== undefined && x.loss === undefined && <p className={classes.soft}>{t('inaction.noPrice')}</p>}
            {x.source && (
              <p className={classes.soft}>
                {t('inaction.source')} <bdi>{x.source}</bdi>
              </p>
            )}
            {x.not_enough && <p>{x.not_enough.text}</p>}
          </div>
        ))}
      </div>
    </Panel>
  );
}
