import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { Dialog } from '@/components/Dialog';
import { DateField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import type { Wave } from '../draft';
import pulse from '../Pulse.module.css';

export function WaveActions({ wave: w }: { wave: Wave }) {
  const { t } = useTranslation(['pulse', 'app']);
  const may = useMay();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<'extend' | 'close' | 'stop'>();
  const [reason, setReason] = useState('');
  const [closes, setCloses] = useState(w.closes_at.slice(0, 10));
  const change = api.useMutation('put', '/waves/{id}', {
    onSuccess: async () => {
      setAsking(undefined);
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/waves') });
    },
  });
  if (!may('pulses.run')) return null;
  const path = { path: { id: w.id } };
  const hide = () => {
    change.reset();
    setAsking(undefined);
  };
  return (
    <>
      <Button component="a" href={`/api/v1/waves/${encodeURIComponent(w.id)}/codes`} target="_blank" rel="noreferrer" variant="default">
        {t('wave.codes')}
      </Button>
      <Button variant="default" onClick={() => setAsking('extend')}>
        {t('wave.extend')}
      </Button>
      <Button variant="default" onClick={() => setAsking('close')}>
        {t('wave.close')}
      </Button>
      <Button data-stop variant="default" onClick={() => setAsking('stop')}>
        {t('wave.stop')}
      </Button>
      {asking === 'stop' && (
        <Dialog
          title={t('wave.stopTitle')}
          onClose={hide}
          actions={
            <>
              <Button variant="default" onClick={hide}>
                {t('app:cancel')}
              </Button>
              <Button loading={change.isPending} disabled={!reason.trim()} onClick={() => change.mutate({ params: path, body: { stop: reason.trim() } })}>
                {t('wave.stop')}
              </Button>
            </>
          }
        >
          {change.isError && <ProblemNotice error={change.error} />}
          <p>{t('wave.stopBody')}</p>
          <Textarea autosize minRows={2} label={t('wave.stopReason')} maxLength={500} required value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        </Dialog>
      )}
      {asking === 'close' && (
        <ConfirmDialog title={t('wave.closeTitle')} confirm={t('wave.close')} busy={change.isPending} error={change.error ?? undefined} onConfirm={() => change.mutate({ params: path, body: { close_now: true } })} onClose={hide}>
          {t('wave.closeBody')}
        </ConfirmDialog>
      )}
      {asking === 'extend' && (
        <Dialog
          title={t('wave.extendTitle')}
          onClose={hide}
          actions={
            <>
              <Button variant="default" onClick={hide}>
                {t('app:cancel')}
              </Button>
              <Button loading={change.isPending} disabled={!closes} onClick={() => change.mutate({ params: path, body: { closes_at: new Date(`${closes}T18:00:00`).toISOString() } })}>
                {t('wave.extend')}
              </Button>
            </>
          }
        >
          {change.isError && <ProblemNotice error={change.error} />}
          <DateField label={t('launch.closes')} value={closes} onChange={(e) => setCloses(e.currentTarget.value)} />
          <p className={pulse.soft}>{t('wave.extendBody')}</p>
        </Dialog>
      )}
    </>
  );
}
