import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Band } from '@/charts/Band';
import { BandAxis } from '@/charts/BandAxis';
import { EstimateText } from '@/charts/EstimateText';
import { strengthColor } from '@/charts/evidence';
import { KindTag } from '@/charts/KindTag';
import { aroundZero, type Domain } from '@/charts/scale';
import { VerdictTag } from '@/charts/VerdictTag';
import { Bdi } from '@/components/Bdi';
import { Table } from '@/components/Table';
import { useFirst } from '@/components/useFirst';
import { formatNumber } from '@/i18n/format';
import classes from './DecisionTable.module.css';
import { byEvidence, pairHref, type Finding, type Metric } from './findings';
import { useLagWord } from './useLagWord';

// A screen or two; sorted by evidence, what comes after has little.
const FIRST = 20;

interface Props {
  findings: Finding[];
  metrics: ReadonlyMap<string, Metric>;
  run?: string;
}

/** One row per pair: verdict, estimate with its doubt on a common zero line, the naive figure beside it. */
export function DecisionTable({ findings, metrics, run }: Props) {
  const { t } = useTranslation('linkage');
  const sorted = [...findings].sort(byEvidence);
  const domain = aroundZero(sorted.flatMap((f) => [f.within.ci_lo, f.within.ci_hi, f.naive.estimate]));
  const { hidden, more } = useFirst('list', sorted.length, FIRST);
  return (
    <>
      <Table file="evidence" caption={t('list.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('list.pair')}</th>
            <th scope="col">{t('list.verdict')}</th>
            <th scope="col">
              {t('list.strength')}
              <BandAxis domain={domain} />
            </th>
            <th scope="col">{t('list.figure')}</th>
            <th scope="col" data-num>
              {t('list.naive')}
            </th>
            <th scope="col">{t('list.basis')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((finding, i) => (
            <Row key={finding.id} hidden={hidden(i)} finding={finding} x={metrics.get(finding.x)} y={metrics.get(finding.y)} domain={domain} run={run} />
          ))}
        </tbody>
      </Table>
      {more}
    </>
  );
}

interface RowProps {
  hidden?: boolean;
  finding: Finding;
  x?: Metric;
  y?: Metric;
  domain: Domain;
  run?: string;
}

function Row({ hidden, finding, x, y, domain, run }: RowProps) {
  const { t } = useTranslation(['linkage', 'words']);
  const lagWord = useLagWord();
  const { within, naive, verdict } = finding;
  return (
    <tr data-verdict={verdict} hidden={hidden}>
      <th scope="row">
        <Link href={pairHref(finding, run)} className={classes.pair}>
          {x?.name ?? finding.x} <span aria-hidden>↔</span> {y?.name ?? finding.y}
        </Link>
        <span className={classes.kinds}>
          {x && <KindTag kind={x.kind} />} {y && <KindTag kind={y.kind} />}
        </span>
      </th>
      <td title={finding.verdict_text}>
        <VerdictTag verdict={verdict} estimate={within.estimate} />
      </td>
      <td className={classes.band}>
        {within.estimate !== undefined ? (
          <Band domain={domain} estimate={within.estimate} lo={within.ci_lo} hi={within.ci_hi} naive={naive.estimate} color={strengthColor(verdict, within.estimate)} />
        ) : (
          <span className={classes.missing}>{within.not_shown ? t('words:notShown') : within.not_enough?.text}</span>
        )}
      </td>
      <td data-label={t('list.figure')} className={classes.figure}>{within.estimate !== undefined ? <EstimateText estimate={within} bold={verdict === 'supported'} least={2} /> : '—'}</td>
      <td data-num data-label={t('list.naive')}>
        {naive.estimate !== undefined ? <Bdi>{formatNumber(naive.estimate, 2)}</Bdi> : '—'}
      </td>
      <td className={classes.basis}>
        {within.teams !== undefined && <>{t('words:teams', { count: within.teams })}, </>}
        {within.periods !== undefined && <>{t('words:periods', { count: within.periods })}, </>}
        {lagWord(finding.lag, finding.grain)}
      </td>
    </tr>
  );
}
