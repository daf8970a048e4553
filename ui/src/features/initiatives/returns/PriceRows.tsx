import { Button, NumberInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import classes from '../Initiatives.module.css';
import { benefitKinds } from '../plan/values';
import type { Values } from './values';

/** Hourly rates and default prices, each with its source: a price is not evidence. */
export function PriceRows({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation(['returns', 'initiatives']);
  const { currency, rates, prices } = form.values;
  return (
    <>
      <Panel title={t('rates.title')} subtitle={t('rates.sub')}>
        <div className={classes.form}>
          {rates.map((_, k) => (
            <div key={k} className={classes.row}>
              <div className={classes.cols}>
                <TextInput dir="auto" label={t('rates.name')} {...form.getInputProps(`rates.${k}.name`)} />
                <NumberInput label={t('rates.amount', { currency })} min={0} hideControls {...form.getInputProps(`rates.${k}.amount`)} />
                <TextInput dir="auto" label={t('rates.source')} {...form.getInputProps(`rates.${k}.source`)} />
              </div>
              <div>
                <Button variant="default" size="xs" onClick={() => form.removeListItem('rates', k)}>
                  {t('rates.remove')}
                </Button>
              </div>
            </div>
          ))}
          <div>
            <Button variant="default" size="xs" onClick={() => form.insertListItem('rates', { name: '', amount: '', source: '' })}>
              {t('rates.add')}
            </Button>
          </div>
        </div>
      </Panel>
      <Panel title={t('prices.title')} subtitle={t('prices.sub')}>
        <div className={classes.form}>
          {prices.map((p, k) => (
            <div key={k} className={classes.row}>
              <div className={classes.cols}>
                <ChoiceField label={t('prices.kind')} choices={benefitKinds.map((x) => ({ value: x, label: t(`benefit.${x}`, { ns: 'initiatives' }) }))} value={p.name} onChoose={(x) => form.setFieldValue(`prices.${k}.name`, x)} />
                <NumberInput label={t('prices.amount', { currency })} min={0} hideControls {...form.getInputProps(`prices.${k}.amount`)} />
                <TextInput dir="auto" label={t('rates.source')} {...form.getInputProps(`prices.${k}.source`)} />
              </div>
              <div>
                <Button variant="default" size="xs" onClick={() => form.removeListItem('prices', k)}>
                  {t('rates.remove')}
                </Button>
              </div>
            </div>
          ))}
          <div>
            <Button variant="default" size="xs" onClick={() => form.insertListItem('prices', { name: 'cost_to_serve', amount: '', source: '' })}>
              {t('prices.add')}
            </Button>
          </div>
        </div>
      </Panel>
    </>
  );
}
