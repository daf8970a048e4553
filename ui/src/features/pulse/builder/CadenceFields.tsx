import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField, DateField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { dateFormat } from '@/i18n/intl';
import { rules } from '../draft';
import pulse from '../Pulse.module.css';
import type { SectionProps } from './section';
import classes from './Builder.module.css';

const week = [0, 1, 2, 3, 4, 5, 6];
const mondayToFriday = [1, 2, 3, 4, 5];
const hourName = (h: number) => `${String(h).padStart(2, '0')}:00`;
const zones = Intl.supportedValuesOf('timeZone');

export function CadenceFields({ draft, change }: SectionProps) {
  const { t } = useTranslation('pulse');
  const { cadence: c } = draft;
  const set = (part: Partial<typeof c>) => change({ cadence: { ...c, ...part } });
  const known = zones.includes(c.time_zone) ? zones : [c.time_zone, ...zones];
  const days = (text: string) => text.split(/[\s,]+/).filter((d) => /^\d{4}-\d{2}-\d{2}$/.test(d));
  const work = c.workdays?.length ? c.workdays : mondayToFriday;
  const name = dateFormat({ weekday: 'short', timeZone: 'UTC' });
  const flip = (d: number) => {
    const next = week.filter((x) => (x === d ? !work.includes(x) : work.includes(x)));
    if (next.length > 0) set({ workdays: next });
  };
  const within = (h: number) => (c.open_until === undefined ? { hour: h } : { hour: h, open_from: Math.min(c.open_from ?? 0, h), open_until: Math.max(c.open_until, h + 1) });
  const hour = c.hour ?? 9;
  const hours = c.open_until === undefined ? 'any' : String(c.open_until);
  return (
    <Panel title={t('cadence.title')} subtitle={t('cadence.subtitle')}>
      <div className={pulse.form}>
        <div className={pulse.pair}>
          <ChoiceField label={t('col.rule')} choices={rules.map((r) => ({ value: r, label: t(`rule.${r}`) }))} value={c.rule} onChoose={(v) => set({ rule: rules.find((r) => r === v) ?? 'by_hand' })} />
          {c.rule !== 'by_hand' && <DateField label={t('cadence.first')} value={c.first_on ?? ''} onChange={(e) => set({ first_on: e.currentTarget.value || undefined })} />}
          <NumberInput label={t('field.openDays')} min={1} max={100} allowDecimal={false} value={c.open_days} onChange={(v) => set({ open_days: Number(v) || 1 })} />
        </div>
        <div className={pulse.pair}>
          <ChoiceField
            label={t('cadence.hour')}
            choices={Array.from({ length: 24 }, (_, h) => ({ value: String(h), label: `${String(h).padStart(2, '0')}:00` }))}
            value={String(c.hour ?? 9)}
            onChoose={(v) => set(within(Number(v)))}
          />
          <ChoiceField label={t('cadence.zone')} choices={known.map((z) => ({ value: z, label: z }))} value={c.time_zone} onChoose={(v) => set({ time_zone: v })} />
        </div>
        <fieldset className={classes.set}>
          <legend>{t('cadence.workdays')}</legend>
          <div className={classes.row}>
            {week.map((d) => (
              <Checkbox key={d} label={name.format(new Date(Date.UTC(2024, 0, 7 + d)))} checked={work.includes(d)} onChange={() => flip(d)} />
            ))}
          </div>
        </fieldset>
        <div className={pulse.pair}>
          <ChoiceField
            label={t('cadence.from')}
            disabled={c.open_until === undefined}
            choices={Array.from({ length: hour + 1 }, (_, h) => h).map((h) => ({ value: String(h), label: hourName(h) }))}
            value={String(c.open_from ?? 0)}
            onChoose={(v) => set({ open_from: Number(v) })}
          />
          <ChoiceField
            label={t('cadence.until')}
            choices={[{ value: 'any', label: t('cadence.anyHour') }, ...Array.from({ length: 24 }, (_, h) => h + 1).filter((h) => h > hour).map((h) => ({ value: String(h), label: hourName(h) }))]}
            value={hours}
            onChoose={(v) => set(v === 'any' ? { open_from: undefined, open_until: undefined } : { open_from: c.open_from ?? Math.min(8, hour), open_until: Number(v) })}
          />
        </div>
        <p className={pulse.soft}>{t('cadence.hoursHelp')}</p>
        {(c.rule !== 'by_hand' || c.open_until !== undefined) && (
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
