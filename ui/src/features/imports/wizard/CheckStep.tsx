import { Button, Checkbox } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useOperation } from '@/api/operation';
import { useMay } from '@/api/session';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';
import { Counts } from './Counts';
import { isFact, type Mapping } from './mapping';
import { RowErrors } from './RowErrors';
import classes from './Wizard.module.css';

interface Props {
  upload: Schemas['Upload'];
  mapping: Mapping;
  onBack: () => void;
  onRestart: () => void;
  onStarted: (operation: string) => void;
}

/** The trial run: what the import would do, with every bad row, before anything is written. */
export function CheckStep({ upload, mapping, onBack, onRestart, onStarted }: Props) {
  const { t } = useTranslation('imports');
  const may = useMay();
  const [correlate, setCorrelate] = useState(true);
  const trial = api.useMutation('post', '/imports');
  const start = api.useMutation('post', '/imports', { onSuccess: (operation) => onStarted(operation.id) });
  const asked = useRef(false);
  const { mutate } = trial;
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate({ body: { upload_id: upload.id, mapping, dry_run: true } });
  }, [mutate, upload.id, mapping]);

  const operation = useOperation(trial.data?.id);
  const { data } = operation;
  const result = data?.import;
  const problem = trial.error ?? operation.error ?? (data?.state === 'failed' && !result ? data.problem : undefined);
  const series = mapping.kind === 'series' || isFact(mapping.kind);
  const file = upload.name.replace(/\.[^.]*$/, '');
  const bad = result !== undefined && (result.rejected > 0 || result.errors.length > 0);
  const foot = (
    <Button variant="default" onClick={onBack}>
      {t('wizard.back')}
    </Button>
  );

  if (problem) {
    return (
      <>
        <ProblemNotice error={problem} />
        <div className={classes.foot}>
          {foot}
          <Button variant="default" onClick={onRestart}>
            {t('check.again')}
          </Button>
        </div>
      </>
    );
  }
  if (!data || data.state === 'running' || !result) {
    return <ProgressLine label={t('check.running')} done={data?.done ?? 0} total={data?.total ?? 0} secondsLeft={data?.seconds_left} />;
  }
  return (
    <>
      <Notice tone={bad ? 'bad' : 'good'} title={bad ? t('check.bad', { count: result.rejected }) : result.imported === 0 && result.queued === 0 ? t('check.nothing') : t('check.good')} live>
        {bad && t('check.badBody')}
      </Notice>
      <Panel>
        <Counts result={result} />
      </Panel>
      {bad && <RowErrors errors={result.errors} file={file} />}
      {start.isError && <ProblemNotice error={start.error} />}
      {!bad && series && may('runs.start') && (
        <Checkbox mb="md" label={t('check.correlate')} checked={correlate} onChange={(event) => setCorrelate(event.currentTarget.checked)} />
      )}
      <div className={classes.foot}>
        {foot}
        {bad ? (
          <Button onClick={onRestart}>{t('check.again')}</Button>
        ) : (
          <Button data-next loading={start.isPending} onClick={() => start.mutate({ body: { upload_id: upload.id, mapping, correlate: series && correlate } })}>
            {t('check.import')}
          </Button>
        )}
      </div>
    </>
  );
}
