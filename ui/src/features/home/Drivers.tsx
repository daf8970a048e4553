import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { BandAxis } from '@/charts/BandAxis';
import { ChartFrame } from '@/charts/ChartFrame';
import { DriverMap } from '@/charts/DriverMap';
import { strengthColor } from '@/charts/evidence';
import { EstimateText } from '@/charts/EstimateText';
import { unitOf } from '@/charts/isolate';
import { VerdictTag } from '@/charts/VerdictTag';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { useFirst } from '@/components/useFirst';
import { decimalsFor, formatNumber, formatRange } from '@/i18n/format';
import classes from './Home.module.css';

type Driver = Schemas['TeamDriver'];

const scale = [-1, 1] as const;
const FIRST = 10;

/** Importance × performance, and the figures behind it. What is not established stays neutral. */
export function Drivers({ drivers, run, team }: { drivers: Driver[]; run?: string; team: string }) {
  const { t } = useTranslation(['home', 'words']);
  const { hidden, more } = useFirst('drivers', drivers.length, FIRST);
  // The organisation itself has nothing above it to stand beside.
  const beside = drivers.some((d) => d.company !== undefined);
  if (drivers.length === 0) {
    return (
      <Panel title={t('home:drivers.title')}>
        <p className={classes.soft}>{t('home:drivers.none')}</p>
      </Panel>
    );
  }
  const dots = drivers.flatMap((d, i) =>
    d.apart === undefined || d.strength.estimate === undefined ? [] : [{ no: i + 1, apart: d.apart, strength: Math.abs(d.strength.estimate), supported: d.verdict === 'supported' }],
  );
  const supported = drivers.filter((d) => d.verdict === 'supported').length;
  const title = t('home:drivers.finding', { count: supported, all: drivers.length });
  return (
    <>
      {dots.length > 1 && (
        <ChartFrame
          id="drivers"
          file={`${team}-drivers`}
          title={title}
          subtitle={t('home:drivers.subtitle')}
          summary={title}
          table={{
            header: [t('home:col.driver'), t('home:col.with'), t('home:col.strength'), t('home:col.from'), t('home:col.to'), t('home:col.here'), t('home:col.company'), t('home:col.evidence')],
            rows: drivers.map((d) => [d.name, d.with, d.strength.estimate, d.strength.ci_lo, d.strength.ci_hi, d.here, d.company, t(`words:verdict.${d.verdict}`)]),
          }}
        >
          <DriverMap dots={dots} labels={{ x: t('home:drivers.level'), y: t('home:drivers.importance'), worse: t('home:drivers.worse'), better: t('home:drivers.better') }} summary={title} />
        </ChartFrame>
      )}
      <Panel flush title={t('home:drivers.table')} subtitle={t('home:drivers.tableSub')}>
        <Table file={`${team}-drivers-table`} caption={t('home:drivers.table')} cards>
          <thead>
            <tr>
              <th scope="col">{t('home:col.driver')}</th>
              <th scope="col">
                {t('home:col.strength')}
                <BandAxis domain={scale} width={200} />
              </th>
              <th scope="col">{t('home:col.evidence')}</th>
              <th scope="col">{t('home:col.here')}</th>
              {beside && <th scope="col">{t('home:col.company')}</th>}
              {beside && <th scope="col">{t('home:col.stands')}</th>}
            </tr>
          </thead>
          <tbody>
            {drivers.map((d, i) => (
              <Row key={d.metric_id} driver={d} no={i + 1} run={run} beside={beside} hidden={hidden(i)} />
            ))}
          </tbody>
        </Table>
        {more}
      </Panel>
    </>
  );
}

interface RowProps {
  driver: Driver;
  no: number;
  run?: string;
  beside: boolean;
  hidden?: boolean;
}

function Row({ driver: d, no, run, beside, hidden }: RowProps) {
  const { t } = useTranslation('home');
  const decimals = decimalsFor(d.lo, d.hi, d.here);
  const { estimate, ci_lo: lo, ci_hi: hi } = d.strength;
  const side = d.side > 0 ? 'better' : d.side < 0 ? 'worse' : 'unclear';
  return (
    <tr data-verdict={d.verdict} hidden={hidden}>
      <th scope="row">
        {no}. <Link href={`/catalogue/${d.metric_id}`}>{d.name}</Link>
        <span className={classes.sub}>
          <Link href={`/evidence/${encodeURIComponent(d.finding_id)}${run ? `?run=${encodeURIComponent(run)}` : ''}`}>{t('with', { name: d.with })}</Link>
        </span>
      </th>
      <td data-label={t('col.strength')}>
        {estimate !== undefined && <Band domain={scale} estimate={estimate} lo={lo} hi={hi} color={strengthColor(d.verdict, estimate)} width={200} />}
        <EstimateText estimate={d.strength} least={2} />
      </td>
      <td data-label={t('col.evidence')}>
        <VerdictTag verdict={d.verdict} estimate={estimate} />
      </td>
      <td data-label={t('col.here')}>
        <Bdi>
          {formatNumber(d.here, decimals)}
          {d.lo !== undefined && d.hi !== undefined && <span className={classes.soft}> [{formatRange(d.lo, d.hi, decimals)}]</span>}
        </Bdi>{' '}
        {unitOf(d.unit)}
      </td>
      {beside && <td data-label={t('col.company')}>{d.company === undefined ? '—' : <Bdi>{formatNumber(d.company, decimals)}</Bdi>}</td>}
      {beside && <td data-label={t('col.stands')}>{d.company === undefined ? '—' : t(`stands.${side}`)}</td>}
    </tr>
  );
}
