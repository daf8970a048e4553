import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ChoiceField, DateField, type Choice } from '@/components/Field';
import classes from '../Initiatives.module.css';
import { grains, type Values } from './values';

/** How the comparison is made: the draw, the grain, what comparison teams should be like, and what is expected. */
export function DesignRows({ form, metrics }: { form: UseFormReturnType<Values>; metrics: Choice[] }) {
  const { t } = useTranslation(['initiatives', 'words']);
  const v = form.values;
  return (
    <>
      <div className={classes.cols}>
        <TextInput dir="auto" label={t('form.how')} {...form.getInputProps('how')} />
        <Checkbox label={t('form.within')} description={t('form.withinHelp')} disabled={!v.drawn} {...form.getInputProps('within', { type: 'checkbox' })} />
        <ChoiceField label={t('form.grain')} choices={[{ value: '', label: t('form.grainAuto') }, ...grains.map((g) => ({ value: g, label: t(`words:grain.${g}`) }))]} value={v.grain} onChoose={(x) => form.setFieldValue('grain', x)} />
      </div>
      <div className={classes.cols}>
        <NumberInput label={t('form.effect')} hideControls {...form.getInputProps('effect')} />
        <TextInput dir="auto" label={t('form.model')} description={t('form.modelHelp')} {...form.getInputProps('model')} />
        {v.model.trim() ? <NumberInput label={t('form.se')} min={0} hideControls {...form.getInputProps('se')} /> : <NumberInput label={t('form.confidence')} min={0} max={1} step={0.1} decimalScale={2} hideControls {...form.getInputProps('confidence')} />}
      </div>
      {v.predictors.map((_, k) => (
        <div key={k} className={classes.row}>
          <div className={classes.cols}>
            <ChoiceField label={t('form.predictor')} choices={metrics} value={v.predictors[k]?.metric ?? ''} onChoose={(x) => form.setFieldValue(`predictors.${k}.metric`, x)} />
            <DateField label={t('form.predictorFrom')} {...form.getInputProps(`predictors.${k}.from`)} />
            <DateField label={t('form.predictorTo')} {...form.getInputProps(`predictors.${k}.to`)} />
          </div>
          <div>
            <Button variant="default" size="xs" onClick={() => form.removeListItem('predictors', k)}>
              {t('form.removeLine')}
            </Button>
          </div>
        </div>
      ))}
      <div className={classes.tools}>
        <Button variant="default" size="xs" onClick={() => form.insertListItem('predictors', { metric: metrics[0]?.value ?? '', from: '', to: '' })}>
          {t('form.addPredictor')}
        </Button>
        <span className={classes.soft}>{t('form.predictorHelp')}</span>
      </div>
    </>
  );
}
