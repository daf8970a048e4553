import { Button, NumberInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ChoiceField, DateField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { formatMoney, fromMinor } from '@/i18n/money';
import classes from '../Initiatives.module.css';
import { costKinds, type Values } from './values';

interface Props {
  form: UseFormReturnType<Values>;
  currency: string;
  /** The loaded rates of an hour that finance keeps. */
  rates: Schemas['ReturnsRate'][];
}

/** The fully loaded investment, line by dated line. */
export function CostRows({ form, currency, rates }: Props) {
  const { t } = useTranslation('initiatives');
  const { costs, waves } = form.values;
  return (
    <Panel title={t('form.costs')} subtitle={t('form.costsSub')}>
      <div className={classes.form}>
        {costs.map((c, k) => {
          const byHour = c.kind === 'hours' || c.kind === 'survey_time';
          return (
            <div key={k} className={classes.row}>
              <div className={classes.cols}>
                <TextInput dir="auto" label={t('form.costName')} {...form.getInputProps(`costs.${k}.name`)} />
                <ChoiceField label={t('form.kind')} choices={costKinds.map((x) => ({ value: x, label: t(`costKind.${x}`) }))} value={c.kind} onChoose={(x) => form.setFieldValue(`costs.${k}.kind`, costKinds.find((y) => y === x) ?? 'money')} />
                <DateField label={t('form.on')} {...form.getInputProps(`costs.${k}.on`)} />
                {byHour && <NumberInput label={t('form.hours')} min={0} hideControls {...form.getInputProps(`costs.${k}.hours`)} />}
                {byHour && rates.length > 0 && (c.currency === '' || c.currency === currency) && (
                  <ChoiceField
                    label={t('form.rateOf')}
                    choices={[{ value: '', label: t('form.rateOwn') }, ...rates.map((r) => ({ value: r.name, label: `${r.name} · ${formatMoney(r.amount, currency)}` }))]}
                    value={rates.find((r) => fromMinor(r.amount, currency) === c.amount)?.name ?? ''}
                    onChoose={(name) => form.setFieldValue(`costs.${k}.amount`, fromMinor(rates.find((r) => r.name === name)?.amount ?? 0, currency))}
                  />
                )}
                <NumberInput label={t(byHour ? 'form.rate' : 'form.amount', { currency: c.currency || currency })} min={0} hideControls {...form.getInputProps(`costs.${k}.amount`)} />
                <TextInput label={t('form.currency')} placeholder={currency} maxLength={3} {...form.getInputProps(`costs.${k}.currency`)} />
                {c.currency !== '' && c.currency !== currency && <NumberInput label={t('form.exchange', { currency, foreign: c.currency })} min={0} hideControls {...form.getInputProps(`costs.${k}.rate`)} />}
              </div>
              <div>
                <Button variant="default" size="xs" onClick={() => form.removeListItem('costs', k)}>
                  {t('form.removeLine')}
                </Button>
              </div>
            </div>
          );
        })}
        <div>
          <Button variant="default" size="xs" onClick={() => form.insertListItem('costs', { name: '', kind: 'money', on: waves[0]?.on ?? '', amount: 0, hours: 0, currency: '', rate: 0 })}>
            {t('form.addCost')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
