import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useOperation } from '@/api/operation';
import { ButtonLink } from '@/components/ButtonLink';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';
import { Counts } from './Counts';
import { isFact, type ImportKind } from './mapping';
import { RowErrors } from './RowErrors';
import classes from './Wizard.module.css';

interface Props {
  operation: string;
  kind: ImportKind;
  onRestart: () => void;
}

/** Progress and result; the way on leads to the report. */
export function ResultStep({ operation: id, kind, onRestart }: Props) {
  const { t } = useTranslation('imports');
  const queries = useQueryClient();
  const operation = useOperation(id);
  const state = operation.data?.state;
  useEffect(() => {
    // Teams, metrics, findings: whatever was loaded before the import may have changed.
    if (state === 'done') void queries.invalidateQueries({ predicate: (q) => q.queryKey[1] !== '/operations/{id}' && q.queryKey[1] !== '/session' });
  }, [state, queries]);
  if (operation.isError) return <ProblemNotice error={operation.error} retry={() => void operation.refetch()} />;
  const { data } = operation;
  if (!data || data.state === 'running') {
    return (
      <Panel>
        <ProgressLine label={t('result.running')} done={data?.done ?? 0} total={data?.total ?? 0} secondsLeft={data?.seconds_left} />
        <p className={classes.soft}>{t('result.leave')}</p>
      </Panel>
    );
  }
  const result = data.import;
  const refused = data.state === 'failed' || (result !== undefined && result.rejected > 0);
  return (
    <>
      {refused && data.problem && <ProblemNotice error={data.problem} />}
      {(!refused || !data.problem) && (
        <Notice tone={refused ? 'bad' : 'good'} title={refused ? t('result.failed') : result?.imported === 0 && result.queued === 0 ? t('result.nothing') : t('result.done')} live />
      )}
      {result && (
        <Panel>
          <Counts result={result} />
        </Panel>
      )}
      {result && result.errors.length > 0 && <RowErrors errors={result.errors} file="import" />}
      <div className={classes.foot} data-result={refused ? 'refused' : 'done'}>
        {!refused && (kind === 'series' || isFact(kind)) && <ButtonLink href="/evidence">{t('result.report')}</ButtonLink>}
        {!refused && result?.wave_id && <ButtonLink href={`/waves/${result.wave_id}`}>{t('result.survey')}</ButtonLink>}
        {!refused && kind === 'initiatives' && <ButtonLink href="/initiatives">{t('result.people')}</ButtonLink>}
        {!refused && kind === 'benchmark' && <ButtonLink href="/benchmarks">{t('result.people')}</ButtonLink>}
        {!refused && (kind === 'employees' || kind === 'partners') && <ButtonLink href={`/${kind}`}>{t('result.people')}</ButtonLink>}
        <ButtonLink href="/imports" variant="default">
          {t('result.list')}
        </ButtonLink>
        <Button variant="default" onClick={onRestart}>
          {t('result.another')}
        </Button>
      </div>
    </>
  );
}
