import { Button, NumberInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ChoiceField, type Choice } from '@/components/Field';
import { Panel } from '@/components/Panel';
import classes from '../Initiatives.module.css';
import { benefitKinds, noBenefit, tailKinds, type Values } from './values';

/** What an effect is worth: units × price × share, and where each price comes from. */
export function BenefitRows({ form, currency, metrics }: { form: UseFormReturnType<Values>; currency: string; metrics: Choice[] }) {
  const { t } = useTranslation('initiatives');
  return (
    <Panel title={t('form.benefits')} subtitle={t('form.benefitsSub')}>
      <div className={classes.form}>
        {form.values.benefits.map((b, k) => (
          <div key={k} className={classes.row}>
            <div className={classes.cols}>
              <TextInput dir="auto" label={t('form.benefitName')} {...form.getInputProps(`benefits.${k}.name`)} />
              <ChoiceField label={t('form.kind')} choices={benefitKinds.map((x) => ({ value: x, label: t(`benefit.${x}`) }))} value={b.kind} onChoose={(x) => form.setFieldValue(`benefits.${k}.kind`, x)} />
              <ChoiceField label={t('form.restsOn')} choices={[{ value: '', label: t('form.measured') }, { value: 'D', label: t('form.byModel') }, { value: 'E', label: t('form.byExpert') }]} value={b.grade} onChoose={(x) => form.setFieldValue(`benefits.${k}.grade`, x === 'D' || x === 'E' ? x : '')} />
              {b.grade ? (
                <>
                  <NumberInput label={t('form.total', { currency })} hideControls {...form.getInputProps(`benefits.${k}.amount`)} />
                  <NumberInput label={t('form.totalSe', { currency })} min={0} hideControls {...form.getInputProps(`benefits.${k}.se`)} />
                  {b.grade === 'E' && <NumberInput label={t('form.confidence')} min={0} max={1} step={0.1} hideControls {...form.getInputProps(`benefits.${k}.confidence`)} />}
                </>
              ) : (
                <>
                  <ChoiceField label={t('form.benefitMetric')} choices={[{ value: '', label: t('form.theOutcome') }, ...metrics]} value={b.metric} onChoose={(x) => form.setFieldValue(`benefits.${k}.metric`, x)} />
                  <NumberInput label={t('form.units')} min={0} hideControls {...form.getInputProps(`benefits.${k}.units`)} />
                  <NumberInput label={t('form.price', { currency })} min={0} hideControls {...form.getInputProps(`benefits.${k}.price`)} />
                  <NumberInput label={t('form.share')} min={0} max={1} step={0.1} hideControls {...form.getInputProps(`benefits.${k}.share`)} />
                </>
              )}
              <TextInput dir="auto" label={t(b.grade ? 'form.estimateFrom' : 'form.source')} {...form.getInputProps(`benefits.${k}.source`)} />
              {!b.grade && tailKinds.includes(b.kind) && (
                <>
                  <NumberInput label={t('form.tailMargin', { currency })} min={0} hideControls {...form.getInputProps(`benefits.${k}.margin`)} />
                  <NumberInput label={t('form.retention')} min={0} max={1} step={0.01} hideControls {...form.getInputProps(`benefits.${k}.retention`)} />
                  <NumberInput label={t('form.horizon')} min={0} max={50} allowDecimal={false} hideControls {...form.getInputProps(`benefits.${k}.horizon`)} />
                </>
              )}
            </div>
            <div>
              <Button variant="default" size="xs" onClick={() => form.removeListItem('benefits', k)}>
                {t('form.removeLine')}
              </Button>
            </div>
          </div>
        ))}
        <div>
          <Button variant="default" size="xs" onClick={() => form.insertListItem('benefits', noBenefit)}>
            {t('form.addBenefit')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
