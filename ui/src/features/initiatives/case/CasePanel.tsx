import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Notice } from '@/components/Notice';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatTime } from '@/i18n/format';
import classes from '../Initiatives.module.css';
import { Work } from '../Work';
import { Approve } from './Approve';
import { BreakEvenPanel } from './BreakEvenPanel';
import { ExpectedPanel } from './ExpectedPanel';
import { InactionPanel } from './InactionPanel';
import { PathPanel } from './PathPanel';
import { ScorePanel } from './ScorePanel';

interface Props {
  initiative: Schemas['Initiative'];
  /** Something has been measured already. */
  begun: boolean;
}

/** The business case: what is expected, from when it pays, what doing nothing costs, the path, and who approved it. */
export function CasePanel({ initiative: i, begun }: Props) {
  const { t } = useTranslation('forecast');
  const may = useMay();
  const found = api.useQuery('get', '/initiatives/{id}/forecast', { params: { path: { id: i.id } } });
  if (found.isPending) return <RowsSkeleton rows={4} />;
  if (found.isError) return <ProblemNotice error={found.error} retry={() => void found.refetch()} />;
  const { forecast: f, approval, stale, changed, hash, marks } = found.data;
  const writes = may('ledger.write');
  const draw = writes && !approval && !begun && <Work id={i.id} kind="forecasts" label={t(f ? 'again' : 'draw')} />;
  if (!f) {
    if (begun) return null; // what is written down afterwards is no forecast
    return (
      <Panel title={t('title')} subtitle={t('none')}>
        <div className={classes.tools}>{draw}</div>
      </Panel>
    );
  }
  return (
    <>
      {approval?.score && <ScorePanel score={approval.score} name={approval.name} at={approval.approved_at} />}
      <Panel title={t('title')} subtitle={approval ? t('frozen', { name: approval.name, at: formatTime(approval.approved_at), hash: approval.hash.slice(0, 12) }) : t('drawn', { at: formatTime(f.at) })}>
        {approval && changed && <Notice tone="warn" title={t('changed')} />}
        {!approval && stale && <Notice tone="warn" title={t('stale')} />}
        <div className={classes.tools}>
          {draw}
          {may('ledger.approve') && !approval && !begun && hash && !stale && <Approve id={i.id} hash={hash} plan={i.plan.name} />}
        </div>
      </Panel>
      <ExpectedPanel forecast={f} />
      <BreakEvenPanel forecast={f} />
      <InactionPanel forecast={f} />
      <PathPanel forecast={f} marks={marks} />
    </>
  );
}
