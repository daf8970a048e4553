import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ChoiceField, type Choice } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { currentLocale } from '@/i18n/locale-now';
import { ask, type Mapping, type SurveyQuestion } from './mapping';

interface Props {
  mapping: Mapping;
  columns: Schemas['PreviewColumn'][];
  onChange: (mapping: Mapping) => void;
}

const types = ['scale5', 'scale7', 'scale', 'enps', 'yes_no', 'single', 'multiple', 'comment'] as const;

/** One row per column: take it or not, and say on which scale it was answered; nothing about a scale is guessed later. */
export function SurveyQuestions({ mapping, columns, onChange }: Props) {
  const { t } = useTranslation('imports');
  const library = api.useQuery('get', '/questions', {}, { staleTime: Infinity });
  const drivers: Choice[] = [{ value: '', label: t('map.none') }, ...(library.data?.drivers ?? []).map((d) => ({ value: d.key, label: d.name[currentLocale()] ?? d.name.en ?? d.key }))];
  const rows = columns.filter((c) => c.name !== mapping.team && c.name !== mapping.survey?.attribute);
  return (
    <Panel title={t('survey.questions')} subtitle={t('survey.questionsHelp')} flush>
      <Table caption={t('survey.questions')}>
        <thead>
          <tr>
            <th scope="col">{t('metrics.take')}</th>
            <th scope="col">{t('survey.type')}</th>
            <th scope="col">{t('survey.text')}</th>
            <th scope="col">{t('survey.driver')}</th>
            <th scope="col">{t('survey.direction')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((column) => (
            <Row key={column.name} column={column} drivers={drivers} question={mapping.survey?.questions.find((q) => q.column === column.name)} onAsk={(patch) => onChange(ask(mapping, column.name, patch))} />
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

interface RowProps {
  column: Schemas['PreviewColumn'];
  question?: SurveyQuestion;
  drivers: Choice[];
  onAsk: (patch: Partial<SurveyQuestion> | undefined) => void;
}

function Row({ column, question: q, drivers, onAsk }: RowProps) {
  const { t } = useTranslation('imports');
  const label = (what: string) => t('metrics.of', { what, column: column.name });
  const scored = q && q.type !== 'comment' && q.type !== 'single' && q.type !== 'multiple';
  return (
    <tr>
      <th scope="row">
        <Checkbox
          label={<bdi>{column.name}</bdi>}
          aria-label={t('metrics.takeColumn', { column: column.name })}
          checked={q !== undefined}
          onChange={(e) => onAsk(e.currentTarget.checked ? { type: column.looks_like === 'text' ? 'comment' : 'scale5' } : undefined)}
        />
      </th>
      {q ? (
        <>
          <td>
            <ChoiceField
              size="xs"
              miw={190}
              aria-label={label(t('survey.type'))}
              choices={types.map((x) => ({ value: x, label: t(`survey.types.${x}`) }))}
              value={q.type}
              onChoose={(x) => onAsk({ type: types.find((y) => y === x) ?? 'scale5', key: undefined })}
            />
            {q.type === 'scale' && <Ends question={q} label={label} onAsk={onAsk} />}
            {(q.type === 'single' || q.type === 'multiple') && (
              <TextInput size="xs" mt={4} dir="auto" aria-label={label(t('survey.options'))} placeholder={t('survey.optionsHelp')} defaultValue={(q.options ?? []).join('; ')} onChange={(e) => onAsk({ options: e.currentTarget.value.split(';').map((o) => o.trim()).filter(Boolean) })} />
            )}
          </td>
          <td>
            <TextInput size="xs" miw={200} dir="auto" aria-label={label(t('survey.text'))} placeholder={column.name} value={q.text ?? ''} onChange={(e) => onAsk({ text: e.currentTarget.value || undefined })} />
          </td>
          <td>{scored && q.type !== 'enps' && <ChoiceField size="xs" miw={150} aria-label={label(t('survey.driver'))} choices={drivers} value={q.driver ?? ''} onChoose={(d) => onAsk({ driver: d || undefined })} />}</td>
          <td>
            {scored && (
              <ChoiceField
                size="xs"
                miw={110}
                aria-label={label(t('survey.direction'))}
                choices={[
                  { value: '', label: t('metrics.higher') },
                  { value: 'reversed', label: t('metrics.lower') },
                ]}
                value={q.reversed ? 'reversed' : ''}
                onChoose={(v) => onAsk({ reversed: v === 'reversed' || undefined })}
              />
            )}
          </td>
        </>
      ) : (
        <td colSpan={4} />
      )}
    </tr>
  );
}

function Ends({ question: q, label, onAsk }: { question: SurveyQuestion; label: (what: string) => string; onAsk: RowProps['onAsk'] }) {
  const { t } = useTranslation('imports');
  const field = (key: 'low' | 'high') => (
    <NumberInput size="xs" mt={4} maw={90} allowDecimal={false} min={-100} max={100} aria-label={label(t(`survey.${key}`))} placeholder={t(`survey.${key}`)} value={q[key] ?? ''} onChange={(v) => onAsk({ [key]: v === '' ? undefined : Number(v) })} />
  );
  return (
    <>
      {field('low')}
      {field('high')}
    </>
  );
}
