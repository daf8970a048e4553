import { Button, Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useMay } from '@/api/session';
import { AgreeLink } from '@/components/AgreeLink';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, DateField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay, formatNumber } from '@/i18n/format';
import classes from './Goals.module.css';

interface Props {
  /** What there is already; a new level without. */
  row?: Schemas['GoalRow'];
  team: string;
  teams: Schemas['Team'][];
  metrics: Schemas['GoalMetric'][];
  onClose: () => void;
}

interface Values {
  metric: string;
  team: string;
  kind: Schemas['GoalKind'];
  from: string;
  value: number | '';
  ends: boolean;
  owner: string;
  reason: string;
  source: string;
}

const today = () => new Date().toISOString().slice(0, 10);

/** Everything said about a metric at a team, and what to say next: nothing is overwritten. */
export function LevelDialog({ row, team, teams, metrics, onClose }: Props) {
  const { t } = useTranslation('goals');
  const may = useMay();
  const title = row ? t('levelsOf', { metric: row.metric.name, team: row.team_name ?? t('organisation') }) : t('set');
  return (
    <Dialog title={title} size="lg" onClose={onClose}>
      {row && row.history.length > 0 && <History levels={row.history} />}
      {row && (
        <p>
          <AgreeLink from="gap" of={row.metric.id} metric={row.metric.id} metricName={row.metric.name} team={row.team_id} />{' '}
          {may('proposals.write') && (
            <ButtonLink variant="default" href={`/invest/new?${new URLSearchParams({ metric: row.metric.id, ...(row.team_id ? { team: row.team_id } : {}) }).toString()}`}>
              {t('propose')}
            </ButtonLink>
          )}
        </p>
      )}
      {may('goals.write') && <LevelForm row={row} team={team} teams={teams} metrics={metrics} onDone={onClose} />}
    </Dialog>
  );
}

function History({ levels }: { levels: Schemas['GoalLevel'][] }) {
  const { t } = useTranslation('goals');
  return (
    <ol className={classes.history} aria-label={t('history')}>
      {levels.map((l) => (
        <li key={l.id}>
          <p>
            {t(`kind.${l.kind}`)}: <strong>{l.value === undefined ? t('ended') : <Bdi>{formatNumber(l.value)}</Bdi>}</strong> {t('since', { day: formatDay(l.from) })}
            {l.owner && (
              <>
                {' · '}
                <bdi>{l.owner}</bdi>
              </>
            )}
          </p>
          <p className={classes.small}>
            <bdi>{l.reason ?? l.source}</bdi>
          </p>
        </li>
      ))}
    </ol>
  );
}

function LevelForm({ row, team, teams, metrics, onDone }: { row?: Schemas['GoalRow']; team: string; teams: Schemas['Team'][]; metrics: Schemas['GoalMetric'][]; onDone: () => void }) {
  const { t } = useTranslation('goals');
  const queries = useQueryClient();
  const form = useForm<Values>({
    initialValues: { metric: row?.metric.id ?? metrics[0]?.id ?? '', team: row ? (row.team_id ?? '') : team, kind: 'desired', from: today(), value: '', ends: false, owner: row?.desired?.owner ?? '', reason: '', source: '' },
    validate: {
      value: (v, all) => (v === '' && !all.ends ? t('needed') : null),
      owner: (v, all) => (all.kind === 'desired' && !all.ends && !v.trim() ? t('needed') : null),
      reason: (v, all) => (all.kind === 'desired' && !v.trim() ? t('needed') : null),
      source: (v, all) => (all.kind === 'market' && !all.ends && !v.trim() ? t('needed') : null),
      from: (v) => (v ? null : t('needed')),
    },
  });
  const save = api.useMutation('post', '/goals', {
    onSuccess: async () => {
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/goals' });
      onDone();
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const v = form.values;
  const market = v.kind === 'market';
  const submit = form.onSubmit(() =>
    save.mutate({
      body: {
        metric: v.metric, team_id: v.team || undefined, kind: v.kind, from: v.from, value: v.ends || v.value === '' ? undefined : v.value, ends: v.ends || undefined,
        owner: market ? undefined : v.owner.trim() || undefined, reason: market ? undefined : v.reason.trim(), source: market ? v.source.trim() : undefined,
      },
    }),
  );
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      {!row && (
        <div className={classes.cols}>
          <ChoiceField label={t('col.metric')} choices={metrics.map((m) => ({ value: m.id, label: m.unit ? `${m.name} (${m.unit})` : m.name }))} value={v.metric} onChoose={(x) => form.setFieldValue('metric', x)} />
          <ChoiceField label={t('team')} choices={[{ value: '', label: t('organisation') }, ...teams.map((x) => ({ value: x.id, label: '\u2003'.repeat(Math.max(0, x.path.length - 1)) + x.name }))]} value={v.team} onChoose={(x) => form.setFieldValue('team', x)} />
        </div>
      )}
      <div className={classes.cols}>
        <ChoiceField label={t('whose')} choices={(['desired', 'market'] as const).map((k) => ({ value: k, label: t(`kind.${k}`) }))} value={v.kind} onChoose={(x) => form.setFieldValue('kind', x === 'market' ? 'market' : 'desired')} />
        <NumberInput label={t('level')} hideControls disabled={v.ends} {...form.getInputProps('value')} />
        <DateField label={t('from')} {...form.getInputProps('from')} />
      </div>
      {market ? (
        <Textarea dir="auto" label={t('source')} description={t('sourceHelp')} {...form.getInputProps('source')} />
      ) : (
        <>
          <TextInput dir="auto" label={t('col.owner')} {...form.getInputProps('owner')} />
          <Textarea dir="auto" label={t('reason')} description={t('reasonHelp')} {...form.getInputProps('reason')} />
        </>
      )}
      {row && <Checkbox label={t('endsLabel')} {...form.getInputProps('ends', { type: 'checkbox' })} />}
      {save.isError && <ProblemNotice error={save.error} />}
      <div>
        <Button type="submit" loading={save.isPending}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}
