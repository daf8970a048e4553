import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { dateFormat } from '@/i18n/intl';
import classes from '../Initiatives.module.css';
import { PriceRows } from './PriceRows';
import { fromSettings, toSettings, type Values } from './values';

interface Props {
  settings: Schemas['ReturnsSettings'];
  metrics: Schemas['Metric'][];
  readOnly: boolean;
}

export function SettingsForm({ settings, metrics, readOnly }: Props) {
  const { t } = useTranslation('returns');
  const queries = useQueryClient();
  const form = useForm<Values>({
    initialValues: fromSettings(settings),
    validate: { currency: (v) => (/^[A-Z]{3}$/.test(v) ? null : t('settings.currencyBad')), reason: (v) => (settings.version > 0 && v.trim().length < 3 ? t('settings.reasonNeeded') : null) },
  });
  const save = api.useMutation('put', '/returns-settings', {
    onSuccess: () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/returns') }),
  });
  const v = form.values;
  const of = (...kinds: string[]) => metrics.filter((m) => kinds.includes(m.kind)).map((m) => ({ value: m.id, label: m.name }));
  const sums = metrics.filter((m) => m.kind === 'money' && m.aggregation === 'sum').map((m) => ({ value: m.id, label: m.name }));
  const rule = { value: '', label: t('settings.byRule') };
  const month = dateFormat({ month: 'long', timeZone: 'UTC' });
  const months = Array.from({ length: 12 }, (_, i) => ({ value: String(i + 1), label: month.format(new Date(Date.UTC(2024, i, 1))) }));
  return (
    <form className={classes.form} noValidate onSubmit={form.onSubmit(() => save.mutate({ body: toSettings(v, settings) }))}>
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }} className={classes.form}>
        {readOnly && <Notice tone="info" title={t('settings.readOnly')} />}
        <Panel title={t('settings.money')}>
          <div className={classes.cols}>
            <TextInput label={t('settings.currency')} description={t('settings.currencyHelp')} maxLength={3} {...form.getInputProps('currency')} />
            <ChoiceField label={t('settings.fiscal')} choices={months} value={v.fiscal} onChoose={(x) => form.setFieldValue('fiscal', x)} />
            <NumberInput label={`${t('settings.discount')} (%)`} description={t('settings.discountHelp')} min={0} max={100} decimalScale={2} hideControls {...form.getInputProps('discount')} />
          </div>
        </Panel>
        <Panel title={t('settings.chain')} subtitle={t('settings.chainHelp')}>
          <div className={classes.form}>
            <div className={classes.cols}>
              <ChoiceField label={t('settings.ex')} choices={[rule, ...of('ex')]} value={v.ex} onChoose={(x) => form.setFieldValue('ex', x)} />
              <ChoiceField label={t('settings.cx')} choices={[rule, ...of('cx')]} value={v.cx} onChoose={(x) => form.setFieldValue('cx', x)} />
              <ChoiceField label={t('settings.loyalty')} choices={[rule, ...of('behaviour', 'money')]} value={v.loyalty} onChoose={(x) => form.setFieldValue('loyalty', x)} />
            </div>
            <div className={classes.cols}>
              <ChoiceField label={t('settings.revenueMetric')} choices={[{ value: '', label: t('settings.noMetric') }, ...sums]} value={v.revenueMetric} onChoose={(x) => form.setFieldValue('revenueMetric', x)} />
              <NumberInput label={t('settings.revenue', { currency: v.currency })} min={0} hideControls {...form.getInputProps('revenue')} />
              <TextInput dir="auto" label={t('settings.revenueSource')} {...form.getInputProps('revenueSource')} />
            </div>
            <div className={classes.cols}>
              <NumberInput label={`${t('settings.margin')} (%)`} min={0} max={100} decimalScale={2} hideControls {...form.getInputProps('margin')} />
              <TextInput dir="auto" label={t('settings.marginSource')} {...form.getInputProps('marginSource')} />
              <Checkbox label={t('settings.net')} {...form.getInputProps('net', { type: 'checkbox' })} />
            </div>
          </div>
        </Panel>
        <Panel title={t('settings.customers')} subtitle={t('settings.customersHelp')}>
          <div className={classes.cols}>
            <NumberInput label={t('settings.churnShort')} description={t('settings.churnHelp')} min={7} max={1825} allowDecimal={false} hideControls {...form.getInputProps('churnShort')} />
            <NumberInput label={t('settings.churnLong')} description={t('settings.churnHelp')} min={7} max={1825} allowDecimal={false} hideControls {...form.getInputProps('churnLong')} />
            <NumberInput label={t('settings.winCost', { currency: v.currency })} min={0} decimalScale={2} hideControls {...form.getInputProps('winCost')} />
            <TextInput dir="auto" label={t('settings.winCostSource')} {...form.getInputProps('winCostSource')} />
          </div>
        </Panel>
        <PriceRows form={form} />
        {settings.version > 0 && !readOnly && <TextInput dir="auto" label={t('settings.reason')} description={t('settings.reasonHelp')} {...form.getInputProps('reason')} />}
      </fieldset>
      {save.isError && <ProblemNotice error={save.error} safe={t('settings.nothingSaved')} />}
      {save.isSuccess && <Notice tone="good" live title={t('settings.saved')} />}
      {!readOnly && (
        <div className={classes.bar}>
          <Button type="submit" loading={save.isPending}>
            {t('settings.save')}
          </Button>
          <span className={classes.soft}>{t('settings.note')}</span>
        </div>
      )}
    </form>
  );
}
