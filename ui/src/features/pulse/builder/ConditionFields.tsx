import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import { currentLocale } from '@/i18n/locale-now';
import { answersOf, textIn, type DraftQuestion } from '../draft';
import pulse from '../Pulse.module.css';

interface Props {
  question: DraftQuestion;
  candidates: DraftQuestion[];
  onChange: (question: DraftQuestion) => void;
}

/** Ask only those who answered an earlier question so. */
export function ConditionFields({ question: q, candidates, onChange }: Props) {
  const { t } = useTranslation('pulse');
  if (candidates.length === 0) return null;
  const parent = candidates.find((x) => x.key === q.if?.question);
  const answers = parent ? answersOf(parent) : [];
  const choose = (key: string) => {
    const of = candidates.find((x) => x.key === key);
    const range = of ? answersOf(of) : [];
    onChange({ ...q, if: of && { question: of.key, at_least: range[0]?.value ?? 0, at_most: range.at(-1)?.value ?? 0 } });
  };
  const choices = answers.map((a) => ({ value: String(a.value), label: a.label }));
  const bound = (part: 'at_least' | 'at_most', value: string) => q.if && onChange({ ...q, if: { ...q.if, [part]: Number(value) } });
  return (
    <div className={pulse.pair}>
      <ChoiceField
        label={t('builder.if')}
        choices={[{ value: '', label: t('builder.always') }, ...candidates.map((x) => ({ value: x.key, label: textIn(x.text, currentLocale()) || x.key }))]}
        value={q.if?.question ?? ''}
        onChoose={choose}
      />
      {q.if && parent && (
        <>
          <ChoiceField label={t('builder.atLeast')} choices={choices} value={String(q.if.at_least)} onChoose={(v) => bound('at_least', v)} />
          <ChoiceField label={t('builder.atMost')} choices={choices} value={String(q.if.at_most)} onChoose={(v) => bound('at_most', v)} />
        </>
      )}
    </div>
  );
}
