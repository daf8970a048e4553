import { Checkbox, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ChoiceField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { candidates, change, metricOf, take, type Mapping, type MetricMapping } from './mapping';
import { ScaleCell } from './ScaleCell';

interface Props {
  mapping: Mapping;
  columns: string[];
  onChange: (mapping: Mapping) => void;
}

const kinds = ['ex', 'cx', 'behaviour', 'money', 'outcome', 'confounder'] as const;
const ways = ['mean', 'sum', 'last'] as const;

/** One row per column that may hold figures: take it or not, and say what it measures. */
export function MetricRows({ mapping, columns, onChange }: Props) {
  const { t } = useTranslation('imports');
  const rows = candidates(mapping, columns);
  if (rows.length === 0) return null;
  const scales = (mapping.metrics ?? []).some((m) => m.kind === 'ex' || m.about_people);
  return (
    <Panel title={t('metrics.title')} subtitle={scales ? `${t('metrics.lead')} ${t('metrics.scaleHelp')}` : t('metrics.lead')} flush>
      <Table caption={t('metrics.title')}>
        <thead>
          <tr>
            <th scope="col">{t('metrics.take')}</th>
            <th scope="col">{t('metrics.metric')}</th>
            <th scope="col">{t('metrics.kind')}</th>
            <th scope="col">{t('metrics.unit')}</th>
            <th scope="col">{t('metrics.direction')}</th>
            <th scope="col">{t('metrics.aggregation')}</th>
            {scales && <th scope="col">{t('metrics.scale')}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((column) => (
            <Row key={column} column={column} mapping={mapping} scales={scales} onChange={onChange} />
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function Row({ column, mapping, scales, onChange }: { column: string; mapping: Mapping; scales: boolean; onChange: (mapping: Mapping) => void }) {
  const { t } = useTranslation(['imports', 'words']);
  const metric = metricOf(mapping, column);
  const set = (patch: Partial<MetricMapping>) => onChange(change(mapping, column, patch));
  const label = (what: string) => t('metrics.of', { what, column });
  return (
    <tr>
      <th scope="row">
        <Checkbox
          label={<bdi>{column}</bdi>}
          data-take={column}
          aria-label={t('metrics.takeColumn', { column })}
          checked={metric !== undefined}
          onChange={(event) => onChange(take(mapping, column, event.currentTarget.checked, 'ex'))}
        />
      </th>
      {metric ? (
        <>
          <td>
            <TextInput size="xs" miw={150} dir="auto" aria-label={label(t('metrics.metric'))} value={metric.metric} onChange={(e) => set({ metric: e.currentTarget.value })} />
          </td>
          <td>
            <ChoiceField
              size="xs"
              miw={150}
              aria-label={label(t('metrics.kind'))}
              choices={kinds.map((k) => ({ value: k, label: t(`words:kind.${k}`) }))}
              value={metric.kind}
              onChoose={(kind) => set({ kind: kinds.find((k) => k === kind) ?? 'ex', ...(kind !== 'ex' && !metric.about_people && { scale: undefined }) })}
            />
          </td>
          <td>
            <TextInput size="xs" miw={80} dir="auto" aria-label={label(t('metrics.unit'))} value={metric.unit ?? ''} onChange={(e) => set({ unit: e.currentTarget.value || undefined })} />
          </td>
          <td>
            <ChoiceField
              size="xs"
              miw={96}
              aria-label={label(t('metrics.direction'))}
              choices={[
                { value: 'higher', label: t('metrics.higher') },
                { value: 'lower', label: t('metrics.lower') },
              ]}
              value={metric.higher_is_better ? 'higher' : 'lower'}
              onChoose={(direction) => set({ higher_is_better: direction === 'higher' })}
            />
          </td>
          <td>
            <ChoiceField
              size="xs"
              miw={110}
              aria-label={label(t('metrics.aggregation'))}
              choices={ways.map((a) => ({ value: a, label: t(`words:aggregation.${a}`) }))}
              value={metric.aggregation}
              onChoose={(way) => set({ aggregation: ways.find((a) => a === way) ?? 'mean', ...(way === 'sum' && { scale: undefined }) })}
            />
          </td>
          {scales && (
            <td>
              <ScaleCell metric={metric} label={label} onChange={set} />
            </td>
          )}
        </>
      ) : (
        <td colSpan={scales ? 6 : 5} />
      )}
    </tr>
  );
}
