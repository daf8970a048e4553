import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField, DateField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { emptySurvey, type Mapping, type SurveyMapping } from './mapping';
import classes from './Wizard.module.css';

interface Props {
  mapping: Mapping;
  columns: string[];
  onChange: (mapping: Mapping) => void;
}

const FLOOR = 5;
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** What a finished survey was, and how its people are protected. */
export function SurveyFields({ mapping, columns, onChange }: Props) {
  const { t } = useTranslation('imports');
  const survey = mapping.survey ?? emptySurvey;
  const set = (patch: Partial<SurveyMapping>) => onChange({ ...mapping, survey: { ...survey, ...patch } });
  const choices = [{ value: '', label: t('map.none') }, ...columns.map((c) => ({ value: c, label: c }))];
  const k = survey.k ?? FLOOR;
  return (
    <>
      <Notice tone="info" title={t('survey.once')}>
        {t('survey.onceBody')}
      </Notice>
      <div className={classes.fields}>
        <TextInput dir="auto" name="survey_title" label={t('survey.name')} description={t('survey.nameHelp')} inputWrapperOrder={order} withAsterisk maxLength={200} value={survey.title} onChange={(e) => set({ title: e.currentTarget.value })} />
        <DateField name="survey_on" label={t('survey.on')} withAsterisk value={survey.on} onChange={(e) => set({ on: e.currentTarget.value })} />
        <ChoiceField name="team" label={t('map.team')} withAsterisk choices={choices} value={mapping.team ?? ''} error={mapping.team ? undefined : t('map.choose')} onChoose={(team) => onChange({ ...mapping, team: team || undefined })} />
        <ChoiceField
          label={t('survey.attribute')}
          description={t(k > FLOOR ? 'survey.attributeNever' : 'survey.attributeHelp')}
          inputWrapperOrder={order}
          disabled={k > FLOOR}
          choices={choices}
          value={survey.attribute ?? ''}
          onChoose={(attribute) => set({ attribute: attribute || undefined })}
        />
        <ChoiceField
          name="population"
          label={t('fact.population')}
          description={t('fact.populationHelp')}
          inputWrapperOrder={order}
          choices={[
            { value: '', label: t('fact.staff_people') },
            { value: 'partner', label: t('fact.partner_people') },
          ]}
          value={mapping.population ?? ''}
          onChoose={(v) => onChange({ ...mapping, population: v === 'partner' ? v : undefined })}
        />
        <NumberInput
          label={t('survey.k')}
          description={t('survey.kHelp', { floor: FLOOR })}
          inputWrapperOrder={order}
          min={FLOOR}
          max={50}
          allowDecimal={false}
          value={k}
          onChange={(v) => {
            const next = Math.max(FLOOR, Number(v) || FLOOR);
            set(next > FLOOR ? { k: next, attribute: undefined } : { k: next });
          }}
        />
        <ChoiceField
          label={t('survey.language')}
          choices={[
            { value: 'en', label: 'English' },
            { value: 'he', label: 'עברית' },
            { value: 'pl', label: 'Polski' },
          ]}
          value={survey.language ?? 'en'}
          onChoose={(language) => set({ language: language === 'he' || language === 'pl' ? language : 'en' })}
        />
      </div>
      <div className={classes.checks}>
        <Checkbox label={t('survey.mask')} description={t('survey.maskHelp')} checked={survey.mask_comments ?? false} onChange={(e) => set({ mask_comments: e.currentTarget.checked })} />
      </div>
    </>
  );
}
