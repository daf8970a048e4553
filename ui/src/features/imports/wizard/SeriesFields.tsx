import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import { assign, type Mapping, type Part } from './mapping';
import classes from './Wizard.module.css';

interface Props {
  mapping: Mapping;
  columns: string[];
  onChange: (mapping: Mapping) => void;
}

const grains = ['day', 'week', 'month', 'quarter', 'year'] as const;

export function SeriesFields({ mapping, columns, onChange }: Props) {
  const { t } = useTranslation(['imports', 'words']);
  const choices = [{ value: '', label: t('map.none') }, ...columns.map((c) => ({ value: c, label: c }))];
  const column = (part: Part, label: string, must = false, description?: string) => (
    <ChoiceField
      name={part}
      label={label}
      description={description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      withAsterisk={must}
      choices={choices}
      value={mapping[part] ?? ''}
      error={must && !mapping[part] ? t('map.choose') : undefined}
      onChoose={(value) => onChange(assign(mapping, part, value))}
    />
  );
  const long = mapping.long !== undefined;
  const setLong = (on: boolean) => onChange({ ...mapping, long: on ? { metric: '', value: '' } : undefined, metrics: [] });
  const inLong = (key: 'metric' | 'value', label: string) => (
    <ChoiceField
      label={label}
      withAsterisk
      choices={choices}
      value={mapping.long?.[key] ?? ''}
      onChoose={(value) => onChange({ ...mapping, long: { metric: '', value: '', ...mapping.long, [key]: value } })}
    />
  );
  return (
    <>
      <div className={classes.fields}>
        {column('team', t('map.team'), true)}
        {column('period', t('map.period'), true)}
        <ChoiceField
          label={t('map.grain')}
          name="grain"
          choices={[{ value: '', label: t('map.grainAuto') }, ...grains.map((g) => ({ value: g, label: t(`words:grain.${g}`) }))]}
          value={mapping.grain ?? ''}
          onChoose={(grain) => onChange({ ...mapping, grain: grains.find((g) => g === grain) })}
        />
        {column('respondents', t('map.respondents'), false, t('map.respondentsHelp'))}
        <ChoiceField
          label={t('map.layout')}
          choices={[
            { value: 'wide', label: t('map.wide') },
            { value: 'long', label: t('map.long') },
          ]}
          value={long ? 'long' : 'wide'}
          onChoose={(layout) => setLong(layout === 'long')}
        />
        {long && inLong('metric', t('map.longMetric'))}
        {long && inLong('value', t('map.longValue'))}
        {column('team_name', t('map.teamName'))}
        {column('parent', t('map.parent'))}
      </div>
      <div className={classes.checks}>
        <Checkbox name="create_teams" label={t('map.createTeams')} checked={mapping.create_teams ?? false} onChange={(e) => onChange({ ...mapping, create_teams: e.currentTarget.checked })} />
        <Checkbox label={t('map.aggregate')} checked={mapping.aggregate ?? false} onChange={(e) => onChange({ ...mapping, aggregate: e.currentTarget.checked })} />
        {mapping.aggregate && (
          <Checkbox label={t('map.countRows')} checked={mapping.count_rows ?? false} onChange={(e) => onChange({ ...mapping, count_rows: e.currentTarget.checked })} />
        )}
      </div>
    </>
  );
}
