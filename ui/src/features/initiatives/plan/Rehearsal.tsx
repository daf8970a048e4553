import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useOperation } from '@/api/operation';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { OutlookPanel } from '../OutlookPanel';
import { askable, type Values } from './values';

interface Props {
  values: Values;
  plan: Schemas['InitiativePlan'];
}

/** Answers while the form is being filled what could be proved; costs and prices do not matter for that. */
export function Rehearsal({ values, plan }: Props) {
  const { t } = useTranslation('initiatives');
  const ready = askable(values);
  const question = JSON.stringify({ ...plan, name: 'x', why: undefined, costs: undefined, benefits: undefined });
  const [asked] = useDebouncedValue(question, 700);
  const [op, setOp] = useState<string>();
  const [answer, setAnswer] = useState<Schemas['InitiativeOutlook']>();
  const { mutate, error, isPending } = api.useMutation('post', '/initiative-rehearsals', { onSuccess: (o) => setOp(o.id) });
  useEffect(() => {
    if (ready) mutate({ body: JSON.parse(asked) as Schemas['InitiativePlan'] });
  }, [asked, ready, mutate]);
  const operation = useOperation(op);
  const found = operation.data?.outlook;
  useEffect(() => {
    if (found) setAnswer(found);
  }, [found]);
  const failed = error ?? (operation.data?.state === 'failed' ? operation.data.problem : undefined);
  if (!ready) return <Panel title={t('outlook.title')}>{t('outlook.fill')}</Panel>;
  return (
    <div aria-live="polite" aria-busy={isPending || undefined}>
      {failed ? <ProblemNotice error={failed} safe={t('form.nothingSaved')} /> : answer ? <OutlookPanel outlook={answer} expected={values.effect} /> : <Panel title={t('outlook.title')}>{t('outlook.thinking')}</Panel>}
    </div>
  );
}
