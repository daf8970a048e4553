import { NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField, DateField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { rules } from '../draft';
import pulse from '../Pulse.module.css';
import type { SectionProps } from './Builder';

const zones = Intl.supportedValuesOf('timeZone');

export function CadenceFields({ draft, change }: SectionProps) {
  const { t } = useTranslation('pulse');
  const { cadence: c } = draft;
  const set = (part: Partial<typeof c>) => change({ cadence: { ...c, ...part } });
  const known = zones.includes(c.time_zone) ? zones : [c.time_zone, ...zones];
  const days = (text: string) => text.split(/[\s,]+/).filter((d) => /^\d{4}-\d{2}-\d{2}$/.test(d));
  return (
    <Panel title={t('cadence.title')} subtitle={t('cadence.subtitle')}>
      <div className={pulse.form}>
        <div className={pulse.pair}>
          <ChoiceField label={t('col.rule')} choices={rules.map((r) => ({ value: r, label: t(`rule.${r}`) }))} value={c.rule} onChoose={(v) => set({ rule: rules.find((r) => r === v) ?? 'by_hand' })} />
          {c.rule !== 'by_hand' && <DateField label={t('cadence.first')} value={c.first_on ?? ''} onChange={(e) => set({ first_on: e.currentTarget.value || undefined })} />}
          <NumberInput label={t('field.openDays')} min={1} max={60} allowDecimal={false} value={c.open_days} onChange={(v) => set({ open_days: Number(v) || 1 })} />
        </div>
        <div className={pulse.pair}>
          <ChoiceField
            label={t('cadence.hour')}
            choices={Array.from({ length: 24 }, (_, h) => ({ value: String(h), label: `${String(h).padStart(2, '0')}:00` }))}
            value={String(c.hour ?? 9)}
            onChoose={(v) => set({ hour: Number(v) })}
          />
          <ChoiceField label={t('cadence.zone')} choices={known.map((z) => ({ value: z, label: z }))} value={c.time_zone} onChoose={(v) => set({ time_zone: v })} />
        </div>
        {c.rule !== 'by_hand' && (
          <TextInput
            dir="ltr"
            label={t('cadence.holidays')}
            description={t('cadence.holidaysHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            defaultValue={(c.holidays ?? []).join(', ')}
            onChange={(e) => set({ holidays: days(e.currentTarget.value) })}
          />
        )}
      </div>
    </Panel>
  );
}
