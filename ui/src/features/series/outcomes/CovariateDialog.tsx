import { Button, Checkbox } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from '../Series.module.css';

interface Props {
  outcome: Schemas['Outcome'];
  all: Schemas['Outcome'][];
  onClose: () => void;
}

/** Declares what every run allows for where a metric is to be explained. */
export function CovariateDialog({ outcome, all, onClose }: Props) {
  const { t } = useTranslation(['series', 'app']);
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(outcome.covariates);
  const save = api.useMutation('put', '/covariates/{id}', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/outcomes' });
      onClose();
    },
  });
  const others = all.filter((x) => x.metric.id !== outcome.metric.id && (x.points.length > 0 || chosen.includes(x.metric.id)));
  return (
    <Dialog title={t('covariates.title', { name: outcome.metric.name })} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate({ params: { path: { id: outcome.metric.id } }, body: { covariates: chosen } });
        }}
      >
        {save.isError && <ProblemNotice error={save.error} />}
        <Notice tone="info" title={t('covariates.before')}>
          {t('covariates.body')}
        </Notice>
        {others.length === 0 && <p>{t('covariates.none')}</p>}
        {others.map((x) => (
          <Checkbox
            key={x.metric.id}
            label={x.metric.name}
            checked={chosen.includes(x.metric.id)}
            onChange={(e) => {
              const on = e.currentTarget.checked;
              setChosen((was) => (on ? [...was, x.metric.id] : was.filter((id) => id !== x.metric.id)));
            }}
          />
        ))}
        <Button type="submit" loading={save.isPending}>
          {t('app:save')}
        </Button>
      </form>
    </Dialog>
  );
}
