import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, client } from '@/api/client';
import { saveFile } from '@/api/download';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount } from '@/i18n/format';

/** One customer asks what is known of them, or to be forgotten. */
export function OneCustomer() {
  const { t } = useTranslation('customers');
  const [customer, setCustomer] = useState('');
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const [erased, setErased] = useState<number>();
  const id = customer.trim();
  const give = async () => {
    setFailed(undefined);
    setErased(undefined);
    const { data, error } = await client.GET('/customer-records', { params: { query: { customer: id } } });
    if (error) setFailed(error);
    else saveFile('customer.json', JSON.stringify(data, null, 2), 'application/json');
  };
  return (
    <Panel title={t('one.title')} subtitle={t('one.subtitle')}>
      <Group align="end">
        <TextInput label={t('one.id')} value={customer} maxLength={300} autoComplete="off" onChange={(e) => setCustomer(e.currentTarget.value)} />
        <Button variant="default" disabled={!id} onClick={() => void give()}>
          {t('one.give')}
        </Button>
        <Button variant="default" disabled={!id} onClick={() => setAsking(true)}>
          {t('one.erase')}
        </Button>
      </Group>
      {failed !== undefined && <ProblemNotice error={failed} />}
      {erased !== undefined && <Notice tone="info" title={t('one.erased', { count: erased, records: formatCount(erased) })} />}
      {asking && (
        <EraseDialog
          customer={id}
          onDone={(n) => {
            setErased(n);
            setFailed(undefined);
            setCustomer('');
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </Panel>
  );
}

function EraseDialog({ customer, onDone, onClose }: { customer: string; onDone: (records: number) => void; onClose: () => void }) {
  const { t } = useTranslation('customers');
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const erase = api.useMutation('post', '/customer-erasures', {
    onSuccess: async (out) => {
      await queries.invalidateQueries();
      onDone(out.records);
    },
  });
  return (
    <ConfirmDialog
      title={t('one.sure')}
      confirm={t('one.yes')}
      busy={erase.isPending}
      error={erase.error ?? undefined}
      onConfirm={() => erase.mutate({ body: { customer, reason } })}
      onClose={onClose}
    >
      {t('one.body')}
      <Textarea component="textarea" label={t('one.reason')} description={t('one.reasonHint')} value={reason} maxLength={1000} required onChange={(e) => setReason(e.currentTarget.value)} />
    </ConfirmDialog>
  );
}
