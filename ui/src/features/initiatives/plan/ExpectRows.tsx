import { Button, NumberInput, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ChoiceField, type Choice } from '@/components/Field';
import { Panel } from '@/components/Panel';
import classes from '../Initiatives.module.css';
import { noFollow, type Values } from './values';

interface Props {
  form: UseFormReturnType<Values>;
  currency: string;
  metrics: Choice[];
}

/** What else belongs to the business case: figures that follow, whether people noticed, and what doing nothing costs. */
export function ExpectRows({ form, currency, metrics }: Props) {
  const { t } = useTranslation('initiatives');
  const v = form.values;
  return (
    <Panel title={t('form.expect')} subtitle={t('form.expectSub')}>
      <div className={classes.form}>
        {v.follow.map((x, k) => (
          <div key={k} className={classes.row}>
            <div className={classes.cols}>
              <ChoiceField label={t('form.follow')} choices={metrics.filter((m) => m.value !== v.metric)} value={x.metric} onChoose={(y) => form.setFieldValue(`follow.${k}.metric`, y)} />
              <NumberInput label={t('form.followEffect')} hideControls {...form.getInputProps(`follow.${k}.effect`)} />
              <TextInput dir="auto" label={t('form.model')} {...form.getInputProps(`follow.${k}.model`)} />
              {x.model.trim() ? <NumberInput label={t('form.se')} min={0} hideControls {...form.getInputProps(`follow.${k}.se`)} /> : <NumberInput label={t('form.confidence')} min={0} max={1} step={0.1} decimalScale={2} hideControls {...form.getInputProps(`follow.${k}.confidence`)} />}
              <NumberInput label={t('form.followFrom')} min={1} max={40} allowDecimal={false} hideControls {...form.getInputProps(`follow.${k}.from`)} />
              <NumberInput label={t('form.followFull')} min={1} max={40} allowDecimal={false} hideControls {...form.getInputProps(`follow.${k}.full`)} />
            </div>
            <div>
              <Button variant="default" size="xs" onClick={() => form.removeListItem('follow', k)}>
                {t('form.removeLine')}
              </Button>
            </div>
          </div>
        ))}
        <div>
          <Button variant="default" size="xs" onClick={() => form.insertListItem('follow', { ...noFollow, metric: metrics.find((m) => m.value !== v.metric)?.value ?? '' })}>
            {t('form.addFollow')}
          </Button>
        </div>
        <div className={classes.cols}>
          <TextInput dir="auto" label={t('form.question')} description={t('form.questionHelp')} {...form.getInputProps('question')} />
          <ChoiceField label={t('form.noticed')} description={t('form.noticedHelp')} choices={[{ value: '', label: t('form.notYetAsked') }, ...metrics]} value={v.noticed} onChoose={(x) => form.setFieldValue('noticed', x)} />
        </div>
        <div className={classes.cols}>
          <NumberInput label={t('form.loss', { currency })} description={t('form.lossHelp')} min={0} hideControls {...form.getInputProps('loss')} />
          <NumberInput label={t('form.lossSe', { currency })} min={0} hideControls {...form.getInputProps('lossSe')} />
          <TextInput dir="auto" label={t('form.lossSource')} {...form.getInputProps('lossSource')} />
        </div>
      </div>
    </Panel>
  );
}
