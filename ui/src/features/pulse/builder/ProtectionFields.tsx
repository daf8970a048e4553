import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import { FLOOR, type Draft } from '../draft';
import pulse from '../Pulse.module.css';
import type { SectionProps } from './section';

const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** What is promised to those who answer; all of it is frozen at launch. */
export function ProtectionFields({ draft, change }: SectionProps) {
  const { t } = useTranslation('pulse');
  const number = (key: 'subset' | 'retention_days' | 'fatigue_days' | 'leads_see_after_days', max: number) => ({
    min: 0,
    max,
    allowDecimal: false,
    inputWrapperOrder: order,
    value: draft[key] ?? 0,
    onChange: (v: number | string) => change({ [key]: Number(v) || 0 } as Partial<Draft>),
  });
  return (
    <Panel title={t('promise.title')} subtitle={t('promise.help')}>
      <div className={pulse.pair}>
        <NumberInput
          label={t('col.k')}
          description={t('promise.kHelp', { floor: FLOOR })}
          inputWrapperOrder={order}
          min={FLOOR}
          max={50}
          allowDecimal={false}
          value={draft.k}
          onChange={(v) => {
            const k = Math.max(FLOOR, Number(v) || FLOOR);
            change(k > FLOOR ? { k, attribute: undefined } : { k });
          }}
        />
        <TextInput
          dir="auto"
          label={t('field.attribute')}
          description={t(draft.k > FLOOR ? 'promise.attributeNever' : 'promise.attributeHelp')}
          inputWrapperOrder={order}
          disabled={draft.k > FLOOR || draft.audience.population === 'partners'}
          value={draft.attribute ?? ''}
          onChange={(e) => change({ attribute: e.currentTarget.value || undefined })}
        />
        <NumberInput label={t('field.subset')} description={t('promise.subsetHelp')} {...number('subset', 100)} />
        <TextInput
          dir="ltr"
          label={t('field.reminders')}
          description={t('promise.remindersHelp')}
          inputWrapperOrder={order}
          defaultValue={(draft.reminders ?? []).join(', ')}
          onChange={(e) => change({ reminders: e.currentTarget.value.split(/[\s,]+/).map(Number).filter((n) => Number.isInteger(n) && n > 0 && n <= 30) })}
        />
        <NumberInput label={t('field.retention')} description={t('promise.retentionHelp')} {...number('retention_days', 3650)} />
        <NumberInput label={t('field.fatigue')} description={t('promise.fatigueHelp')} {...number('fatigue_days', 365)} />
        <NumberInput label={t('field.leads')} description={t('promise.leadsHelp')} {...number('leads_see_after_days', 60)} />
      </div>
      <Checkbox
        mt={14}
        label={t('field.mask')}
        description={t('promise.maskHelp')}
        checked={draft.mask_comments ?? false}
        onChange={(e) => change({ mask_comments: e.currentTarget.checked })}
      />
      <Textarea
        dir="auto"
        autosize
        minRows={2}
        mt={14}
        maxLength={500}
        label={t('field.help')}
        description={t('promise.helpHelp')}
        inputWrapperOrder={order}
        value={draft.help ?? ''}
        onChange={(e) => change({ help: e.currentTarget.value || undefined })}
      />
    </Panel>
  );
}
