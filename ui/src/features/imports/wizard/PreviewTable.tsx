import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { KindTag } from '@/charts/KindTag';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { metricOf, roleOf, type ColumnRole, type Mapping } from './mapping';
import classes from './Wizard.module.css';

/** The first rows as they are read, with the use of each column above it. */
export function PreviewTable({ preview, mapping }: { preview: Schemas['Preview']; mapping: Mapping }) {
  const { t } = useTranslation('imports');
  const title = t('preview.title', { count: preview.rows.length });
  return (
    <Panel title={title} flush>
      <Table caption={title}>
        <thead>
          <tr>
            {preview.columns.map((column) => (
              <th key={column.name} scope="col" data-num={column.looks_like === 'number' || undefined}>
                <Role role={roleOf(mapping, column.name)} kind={metricOf(mapping, column.name)?.kind} />
                <bdi>{column.name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, i) => (
            <tr key={i}>
              {preview.columns.map((column, j) => (
                <td key={column.name} data-num={column.looks_like === 'number' || undefined}>
                  <bdi>{row[j]}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

const names = { team: 'map.team', team_name: 'map.teamName', parent: 'map.parent', period: 'map.period', respondents: 'map.respondents', longMetric: 'map.longMetric', longValue: 'map.longValue' } as const;

function Role({ role, kind }: { role: ColumnRole; kind?: Schemas['MetricKind'] }) {
  const { t } = useTranslation('imports');
  if (role === 'metric' && kind) {
    return (
      <span className={classes.role}>
        <KindTag kind={kind} />
      </span>
    );
  }
  if (!role || role === 'metric') {
    return (
      <span className={classes.role} data-unused>
        {t('preview.unused')}
      </span>
    );
  }
  return <span className={classes.role}>{role in names ? t(names[role as keyof typeof names]) : t(role as 'field.team')}</span>;
}
