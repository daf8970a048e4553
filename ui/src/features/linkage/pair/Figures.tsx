import { useTranslation } from 'react-i18next';
import { Band } from '@/charts/Band';
import { BandAxis } from '@/charts/BandAxis';
import { EstimateText } from '@/charts/EstimateText';
import { established, strengthColor, type Estimate } from '@/charts/evidence';
import { aroundZero, widest, type Domain } from '@/charts/scale';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatPvalue } from '@/i18n/format';
import classes from './Pair.module.css';
import type { Detail } from './detail';
import { useSlopeUnit } from './unit';

const asked = ['naive', 'within', 'twfe', 'cce'] as const;

/** From the most naive to the most careful answer; correlations and slopes each on a zero line of their own. */
export function Figures({ detail }: { detail: Detail }) {
  const { t } = useTranslation('linkage');
  const { finding, x, y } = detail;
  const correlations = aroundZero([finding.naive.estimate, finding.within.ci_lo, finding.within.ci_hi]);
  const slopes = widest([finding.twfe, finding.cce].flatMap((e) => [e.estimate, e.ci_lo, e.ci_hi]));
  const slopeUnit = useSlopeUnit(x, y);
  return (
    <Panel title={t('figures.title')} subtitle={t('figures.subtitle')} flush>
      <Table file="figures" caption={t('figures.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('figures.method')}</th>
            <th scope="col">{t('figures.picture')}</th>
            <th scope="col">{t('figures.estimate')}</th>
            <th scope="col">{t('figures.chance')}</th>
          </tr>
        </thead>
        <tbody>
          {asked.map((name) => {
            const estimate = finding[name];
            const isSlope = name === 'twfe' || name === 'cce';
            return (
              <Row
                key={name}
                question={t(`figures.${name}`)}
                method={detail.methods.find((m) => m.name === estimate.method)?.title}
                estimate={estimate}
                unit={isSlope ? slopeUnit : t('figures.naiveUnit')}
                domain={isSlope ? slopes : correlations}
                color={name === 'naive' || !established(finding.verdict) ? 'var(--strength-none)' : strengthColor(finding.verdict, estimate.estimate)}
                axis={name === 'within' || name === 'cce'}
                least={isSlope ? 0 : 2}
              />
            );
          })}
        </tbody>
      </Table>
    </Panel>
  );
}

interface RowProps {
  question: string;
  method?: string;
  estimate: Estimate;
  unit: string;
  domain: Domain;
  color: string;
  axis: boolean;
  least: number;
}

function Row({ question, method, estimate, unit, domain, color, axis, least }: RowProps) {
  const { t } = useTranslation('linkage');
  return (
    <tr>
      <th scope="row" className={classes.question}>
        {question}
        {method && <span className={classes.method}>{method}</span>}
      </th>
      <td>
        {estimate.estimate !== undefined && (
          <>
            <Band domain={domain} estimate={estimate.estimate} lo={estimate.ci_lo} hi={estimate.ci_hi} color={color} width={260} />
            {axis && <BandAxis domain={domain} width={260} />}
          </>
        )}
      </td>
      <td>
        <EstimateText estimate={estimate} unit={estimate.estimate === undefined ? undefined : unit} bold least={least} />
      </td>
      <td data-label={t('figures.chance')}>
        {estimate.p !== undefined ? (
          <Bdi>
            p {formatPvalue(estimate.p)}
            {estimate.q !== undefined && <>, q {formatPvalue(estimate.q)}</>}
          </Bdi>
        ) : (
          '—'
        )}
      </td>
    </tr>
  );
}
