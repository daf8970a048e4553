import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import type { MetricMapping } from './mapping';

interface Props {
  metric: MetricMapping;
  label: (what: string) => string;
  onChange: (patch: Partial<MetricMapping>) => void;
}

type Scale = NonNullable<MetricMapping['scale']>;

const usual: Record<string, Scale> = { '1–5': { low: 1, high: 5, steps: 4 }, '1–7': { low: 1, high: 7, steps: 6 }, '0–10': { low: 0, high: 10, steps: 10 } };
const parts = ['low', 'high', 'steps'] as const;

/** The scale that answers were given on, for figures about people that are means of them; nothing is guessed. */
export function ScaleCell({ metric, label, onChange }: Props) {
  const { t } = useTranslation('imports');
  const scale = metric.scale;
  if ((metric.kind !== 'ex' && !metric.about_people) || metric.aggregation === 'sum') return null;
  const known = scale && Object.keys(usual).find((name) => parts.every((part) => usual[name]?.[part] === scale[part]));
  const other = { low: 0, high: 100, steps: 100 };
  return (
    <>
      <ChoiceField
        size="xs"
        miw={130}
        data-scale={metric.column}
        aria-label={label(t('metrics.scale'))}
        choices={[{ value: '', label: t('metrics.scaleNone') }, ...Object.keys(usual).map((name) => ({ value: name, label: name })), { value: 'other', label: t('metrics.scaleOther') }]}
        value={scale ? (known ?? 'other') : ''}
        onChoose={(name) => onChange({ scale: name === '' ? undefined : (usual[name] ?? other) })}
      />
      {scale && !known && parts.map((part) => (
        <NumberInput
          key={part}
          size="xs"
          mt={4}
          maw={170}
          hideControls
          allowDecimal={part !== 'steps'}
          prefix={`${t(`metrics.${part}`)}: `}
          aria-label={label(t(`metrics.${part}`))}
          value={scale[part]}
          onChange={(value) => value !== '' && onChange({ scale: { ...scale, [part]: Number(value) } })}
        />
      ))}
    </>
  );
}
