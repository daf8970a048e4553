import { Checkbox, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { currentLocale } from '@/i18n/locale-now';
import { answersOf, textIn, types, type Draft, type DraftQuestion } from '../draft';
import pulse from '../Pulse.module.css';
import { ConditionFields } from './ConditionFields';
import { languageName } from './language';

interface Props {
  question: DraftQuestion;
  before: DraftQuestion[];
  draft: Draft;
  drivers: Schemas['Driver'][];
  onChange: (question: DraftQuestion) => void;
}

const wide = { inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[] };
const lines = (text: string) => text.split('\n');

/** One question in every language of the programme. A changed wording starts a new trend line; the page says so. */
export function QuestionEditor({ question: q, before, draft, drivers, onChange }: Props) {
  const { t } = useTranslation('pulse');
  const choice = q.type === 'single' || q.type === 'multiple';
  const scale = q.type === 'scale5' || q.type === 'scale7' || q.type === 'enps';
  const typed = (value: string) => {
    const type = types.find((x) => x === value) ?? 'scale5';
    onChange({ ...q, type, ends: undefined, options: type === 'single' || type === 'multiple' ? (q.options ?? {}) : undefined, required: type !== 'comment' });
  };
  return (
    <>
      <p className={pulse.soft}>{t('builder.wording')}</p>
      {draft.languages.map((l) => (
        <div key={l} className={pulse.form}>
          <Textarea
            lang={l}
            dir="auto"
            autosize
            minRows={1}
            maxLength={1000}
            label={t('builder.textIn', { language: languageName(l) })}
            value={q.text[l] ?? ''}
            onChange={(e) => onChange({ ...q, text: { ...q.text, [l]: e.currentTarget.value } })}
          />
          {choice && (
            <Textarea
              lang={l}
              dir="auto"
              autosize
              minRows={2}
              {...wide}
              label={t('builder.optionsIn', { language: languageName(l) })}
              description={t('builder.onePerLine')}
              value={(q.options?.[l] ?? []).join('\n')}
              onChange={(e) => onChange({ ...q, options: { ...q.options, [l]: lines(e.currentTarget.value) } })}
            />
          )}
          {scale && (
            <Textarea
              lang={l}
              dir="auto"
              autosize
              minRows={1}
              {...wide}
              label={t('builder.endsIn', { language: languageName(l) })}
              description={t('builder.endsHelp')}
              value={(q.ends?.[l] ?? []).join('\n')}
              onChange={(e) => onChange({ ...q, ends: { ...q.ends, [l]: lines(e.currentTarget.value) } })}
            />
          )}
        </div>
      ))}
      <div className={pulse.pair}>
        <ChoiceField label={t('builder.type')} choices={types.map((x) => ({ value: x, label: t(`type.${x}`) }))} value={q.type} onChoose={typed} />
        <ChoiceField
          label={t('builder.driver')}
          choices={[{ value: '', label: t('builder.noDriver') }, ...drivers.map((d) => ({ value: d.key, label: textIn(d.name, currentLocale()) }))]}
          value={q.driver ?? ''}
          onChoose={(value) => onChange({ ...q, driver: value || undefined })}
        />
      </div>
      <Checkbox label={t('builder.required')} checked={q.required ?? false} onChange={(e) => onChange({ ...q, required: e.currentTarget.checked })} />
      <ConditionFields question={q} candidates={before.filter((x) => answersOf(x).length > 1)} onChange={onChange} />
    </>
  );
}
