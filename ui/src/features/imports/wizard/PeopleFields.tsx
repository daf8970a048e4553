import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import { fieldsOf, needed, type Mapping } from './mapping';
import classes from './Wizard.module.css';

interface Props {
  kind: 'employees' | 'partners' | 'benchmark' | 'initiatives';
  mapping: Mapping;
  columns: string[];
  onChange: (mapping: Mapping) => void;
}

export function PeopleFields({ kind, mapping, columns, onChange }: Props) {
  const { t } = useTranslation('imports');
  const choices = [{ value: '', label: t('map.none') }, ...columns.map((c) => ({ value: c, label: c }))];
  const must: readonly string[] = needed[kind];
  const set = (field: string, column: string) => {
    const others = Object.entries(mapping.columns ?? {}).filter(([name]) => name !== field);
    onChange({ ...mapping, columns: Object.fromEntries(column ? [...others, [field, column]] : others) });
  };
  return (
    <>
      <div className={classes.fields}>
        {fieldsOf[kind].map((field) => (
          <ChoiceField
            key={field}
            label={t(`field.${field}`)}
            withAsterisk={must.includes(field)}
            choices={choices}
            value={mapping.columns?.[field] ?? ''}
            error={must.includes(field) && !mapping.columns?.[field] ? t('map.choose') : undefined}
            onChoose={(column) => set(field, column)}
          />
        ))}
      </div>
      {kind === 'employees' && (
        <div className={classes.checks}>
          <Checkbox label={t('map.createTeams')} checked={mapping.create_teams ?? false} onChange={(e) => onChange({ ...mapping, create_teams: e.currentTarget.checked })} />
        </div>
      )}
    </>
  );
}
