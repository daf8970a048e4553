import { Button, NumberInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { isolate } from '@/charts/isolate';
import { ChoiceField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatNumber } from '@/i18n/format';
import classes from './Cases.module.css';

type Edit = Schemas['CaseRuleEdit'];

/** Which answers open a case. */
export function Rules({ write }: { write: boolean }) {
  const { t } = useTranslation('cases');
  const queries = useQueryClient();
  const rules = api.useQuery('get', '/case-rules');
  const points = api.useQuery('get', '/touchpoints');
  const [edit, setEdit] = useState<Edit>({ type: 'csat', at_most: 2, days: 3 });
  const done = { onSuccess: () => queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/case-rules' }) };
  const create = api.useMutation('post', '/case-rules', done);
  const change = api.useMutation('put', '/case-rules/{id}', done);
  const errors = fieldErrors(create.error);
  const send = (e: FormEvent) => {
    e.preventDefault();
    create.mutate({ body: edit });
  };
  return (
    <Panel title={t('rules.title')} subtitle={t('rules.sub')}>
      {rules.data?.items.length === 0 && <p>{t('rules.none')}</p>}
      <ul className={classes.rules}>
        {rules.data?.items.map((r) => (
          <li key={r.id}>
            <span>
              {t('rules.line', { type: isolate(r.type.toUpperCase()), score: isolate(formatNumber(r.at_most, 0)), where: isolate(r.touchpoint || t('rules.any')), due: t('rules.due', { count: r.days }) })}
              {r.off && ` · ${t('rules.off')}`}
            </span>
            {write && (
              <Button size="compact-xs" variant="default" loading={change.isPending} onClick={() => change.mutate({ params: { path: { id: r.id } }, body: { type: r.type, at_most: r.at_most, touchpoint: r.touchpoint || undefined, days: r.days, owner: r.owner || undefined, off: !r.off, version: r.version } })}>
                {t(r.off ? 'rules.on' : 'rules.switchOff')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {write && (
        <form className={classes.form} noValidate onSubmit={send}>
          {create.isError && <ProblemNotice error={create.error} />}
          <div className={classes.filters}>
            <ChoiceField label={t('rules.type')} choices={(['csat', 'ces', 'nps'] as const).map((v) => ({ value: v, label: v.toUpperCase() }))} value={edit.type} onChoose={(v) => setEdit({ ...edit, type: v === 'ces' || v === 'nps' ? v : 'csat' })} />
            <NumberInput label={t('rules.atMost')} value={edit.at_most} error={errors.at_most} onChange={(v) => setEdit({ ...edit, at_most: Number(v) })} />
            <ChoiceField label={t('rules.where')} choices={[{ value: '', label: t('rules.any') }, ...(points.data?.items ?? []).map((p) => ({ value: p.name, label: p.name }))]} value={edit.touchpoint ?? ''} onChoose={(v) => setEdit({ ...edit, touchpoint: v || undefined })} />
            <NumberInput label={t('rules.days')} min={1} value={edit.days} error={errors.days} onChange={(v) => setEdit({ ...edit, days: Number(v) })} />
            <Button type="submit" loading={create.isPending}>
              {t('rules.add')}
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}
