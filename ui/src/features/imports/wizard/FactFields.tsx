import { Checkbox, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import { factFields, factNeeded, type Mapping } from './mapping';
import { ScoreValues } from './ScoreValues';
import classes from './Wizard.module.css';

interface Props {
  kind: 'feedback' | 'orders';
  mapping: Mapping;
  columns: string[];
  onChange: (mapping: Mapping) => void;
}

/** What the columns of answers and orders are, what names a row, and what must be declared because no file says it. */
export function FactFields({ kind, mapping, columns, onChange }: Props) {
  const { t } = useTranslation('imports');
  const choices = [{ value: '', label: t('map.none') }, ...columns.map((c) => ({ value: c, label: c }))];
  const must: readonly string[] = factNeeded[kind];
  const set = (field: string, column: string) => {
    const others = Object.entries(mapping.columns ?? {}).filter(([name]) => name !== field);
    const unit = field === 'waiting' ? { waiting_unit: column ? (mapping.waiting_unit ?? 'minutes') : undefined } : {};
    onChange({ ...mapping, ...unit, columns: Object.fromEntries(column ? [...others, [field, column]] : others) });
  };
  const names = mapping.source_id ?? [];
  const name = (at: number, column: string) => {
    const next = [...names];
    if (column) next[at] = column;
    else next.splice(at, 1);
    onChange({ ...mapping, source_id: next.length > 0 ? next : undefined });
  };
  const declare = <K extends 'score_type' | 'relation' | 'population' | 'waiting_unit'>(key: K, value: string) => onChange({ ...mapping, [key]: value || undefined });
  return (
    <>
      <div className={classes.fields}>
        <ChoiceField label={t('fact.team')} choices={choices} value={mapping.team ?? ''} onChoose={(column) => onChange({ ...mapping, team: column || undefined })} />
        {[...names, ''].slice(0, 4).map((column, at) => (
          <ChoiceField
            key={at}
            label={at === 0 ? t('fact.source_id') : t('fact.source_id_more')}
            withAsterisk={at === 0}
            choices={choices}
            value={column}
            error={at === 0 && !column ? t('map.choose') : undefined}
            onChoose={(chosen) => name(at, chosen)}
          />
        ))}
        {factFields[kind].map((field) => (
          <ChoiceField
            key={field}
            label={t(`fact.${field}`)}
            withAsterisk={must.includes(field)}
            choices={choices}
            value={mapping.columns?.[field] ?? ''}
            error={must.includes(field) && !mapping.columns?.[field] ? t('map.choose') : undefined}
            onChoose={(column) => set(field, column)}
          />
        ))}
      </div>
      <div className={classes.fields}>
        {kind === 'feedback' && mapping.columns?.score && (
          <ChoiceField
            label={t('fact.score_type')}
            withAsterisk
            choices={['', 'nps', 'csat', 'ces', 'free'].map((v) => ({ value: v, label: v === '' ? t('map.none') : t(`fact.type.${v as 'nps'}`) }))}
            value={mapping.score_type ?? ''}
            onChoose={(v) => declare('score_type', v)}
          />
        )}
        {kind === 'feedback' && mapping.score_type === 'free' && (
          <TextInput label={t('fact.metric')} withAsterisk value={mapping.metric ?? ''} onChange={(e) => onChange({ ...mapping, metric: e.currentTarget.value || undefined })} />
        )}
        {kind === 'feedback' && (
          <ChoiceField
            label={t('fact.relation')}
            withAsterisk
            choices={(['transactional', 'relational'] as const).map((v) => ({ value: v, label: t(`fact.${v}`) }))}
            value={mapping.relation ?? 'transactional'}
            onChoose={(v) => declare('relation', v)}
          />
        )}
        {kind === 'feedback' && (
          <ChoiceField
            label={t('fact.population')}
            description={t('fact.populationHelp')}
            choices={(['customer', 'partner'] as const).map((v) => ({ value: v, label: t(`fact.${v}_people`) }))}
            value={mapping.population ?? 'customer'}
            onChoose={(v) => declare('population', v === 'customer' ? '' : v)}
          />
        )}
        {kind === 'feedback' && mapping.columns?.waiting && (
          <ChoiceField
            label={t('fact.waiting_unit')}
            withAsterisk
            choices={(['minutes', 'hours', 'days'] as const).map((v) => ({ value: v, label: t(`fact.${v}`) }))}
            value={mapping.waiting_unit ?? 'minutes'}
            onChoose={(v) => declare('waiting_unit', v)}
          />
        )}
        {kind === 'orders' && (
          <TextInput
            label={t('fact.money')}
            withAsterisk
            maxLength={3}
            value={mapping.currency ?? ''}
            error={mapping.currency ? undefined : t('fact.moneyHelp')}
            onChange={(e) => onChange({ ...mapping, currency: e.currentTarget.value.toUpperCase() || undefined })}
          />
        )}
      </div>
      {kind === 'feedback' && mapping.columns?.score && <ScoreValues mapping={mapping} onChange={onChange} />}
      <div className={classes.checks}>
        <Checkbox label={t('map.createTeams')} description={t('fact.queue')} checked={mapping.create_teams ?? false} onChange={(e) => onChange({ ...mapping, create_teams: e.currentTarget.checked })} />
      </div>
    </>
  );
}
