import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { FactFields } from './FactFields';
import { isFact, missingOf, type ImportKind, type Mapping } from './mapping';
import { MetricRows } from './MetricRows';
import { PeopleFields } from './PeopleFields';
import { PreviewTable } from './PreviewTable';
import { Reading, type ReadingChoice } from './Reading';
import { SeriesFields } from './SeriesFields';
import { SurveyFields } from './SurveyFields';
import { SurveyQuestions } from './SurveyQuestions';
import classes from './Wizard.module.css';

interface Props {
  upload: Schemas['Upload'];
  kind: ImportKind;
  mapping?: Mapping;
  onBack: () => void;
  onDone: (mapping: Mapping) => void;
}

export function MappingStep({ upload, kind, mapping: kept, onBack, onDone }: Props) {
  const { t } = useTranslation('imports');
  const [choice, setChoice] = useState<ReadingChoice>({ encoding: kept?.encoding, delimiter: kept?.delimiter, sheet: kept?.sheet });
  const [edited, setEdited] = useState(kept);
  const preview = api.useQuery('post', '/uploads/{id}/preview', { params: { path: { id: upload.id } }, body: { kind, ...choice } }, { staleTime: Infinity, retry: false });
  const ready = api.useQuery('get', '/ready-mappings', {}, { enabled: kind === 'feedback', staleTime: Infinity });
  if (preview.isPending) return <RowsSkeleton rows={12} />;
  if (preview.isError) {
    return (
      <>
        <ProblemNotice error={preview.error} retry={() => void preview.refetch()} />
        <Button variant="default" onClick={onBack}>
          {t('check.again')}
        </Button>
      </>
    );
  }
  const mapping = edited ?? preview.data.mapping;
  const columns = preview.data.columns.map((c) => c.name);
  const missing = missingOf(mapping);
  // Another way of reading changes the columns: the suggestion is made anew.
  const reread = (next: ReadingChoice) => {
    setEdited(undefined);
    setChoice(next);
  };
  const name = (m: (typeof missing)[number]) => (m === 'noMetric' ? t('map.noMetric') : m.startsWith('field.') || m.startsWith('fact.') || m.startsWith('survey.') ? t(m as 'field.team') : t(`map.${m as 'team'}`));
  return (
    <>
      {preview.data.remembered && !edited && <Notice tone="info" title={t('reading.remembered')} />}
      {preview.data.problems.map((p, i) => (
        <Notice key={i} tone="warn" title={p.detail ?? p.code} />
      ))}
      <Reading preview={preview.data} choice={choice} onChange={reread} mapping={mapping} onMapping={setEdited} />
      {kind === 'feedback' && (
        <Panel title={t('ready.title')} subtitle={t('ready.subtitle')}>
          <ChoiceField
            label={t('ready.label')}
            choices={[{ value: '', label: t('ready.none') }, ...(ready.data?.items ?? []).map((r) => ({ value: r.id, label: r.name }))]}
            value={choice.ready ?? preview.data.ready ?? ''}
            onChoose={(id) => reread({ ...choice, ready: id || undefined })}
          />
        </Panel>
      )}
      <Panel title={t('map.title')}>
        {kind === 'series' ? (
          <SeriesFields mapping={mapping} columns={columns} onChange={setEdited} />
        ) : kind === 'survey' ? (
          <SurveyFields mapping={mapping} columns={columns} onChange={setEdited} />
        ) : isFact(kind) ? (
          <FactFields kind={kind} mapping={mapping} columns={columns} onChange={setEdited} />
        ) : (
          <PeopleFields kind={kind} mapping={mapping} columns={columns} onChange={setEdited} />
        )}
      </Panel>
      {kind === 'series' && <MetricRows mapping={mapping} columns={columns} onChange={setEdited} />}
      {kind === 'survey' && <SurveyQuestions mapping={mapping} columns={preview.data.columns} onChange={setEdited} />}
      <PreviewTable preview={preview.data} mapping={mapping} />
      <div className={classes.foot}>
        <Button variant="default" onClick={onBack}>
          {t('wizard.back')}
        </Button>
        <Button data-next disabled={missing.length > 0} onClick={() => onDone({ ...mapping, ...filled(choice) })}>
          {t('wizard.next')}
        </Button>
        {missing.length > 0 && (
          <span className={classes.soft} role="status">
            {t('map.incomplete', { what: missing.map(name).join(', ') })}
          </span>
        )}
      </div>
    </>
  );
}

function filled(choice: ReadingChoice): ReadingChoice {
  return Object.fromEntries(Object.entries(choice).filter(([name, v]) => name !== 'ready' && v !== undefined));
}
