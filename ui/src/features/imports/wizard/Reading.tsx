import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import type { Mapping } from './mapping';
import classes from './Wizard.module.css';

export interface ReadingChoice {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  /** A ready mapping for the export of a product. */
  ready?: string;
}

interface Props {
  preview: Schemas['Preview'];
  choice: ReadingChoice;
  onChange: (choice: ReadingChoice) => void;
  mapping: Mapping;
  onMapping: (mapping: Mapping) => void;
}

const formats = ['', 'YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY'];

/** How the bytes became rows, and the choices where they do not decide it. */
export function Reading({ preview, choice, onChange, mapping, onMapping }: Props) {
  const { t } = useTranslation('imports');
  const delimiters = [
    { value: ',', label: t('reading.comma') },
    { value: ';', label: t('reading.semicolon') },
    { value: '\t', label: t('reading.tab') },
    { value: '|', label: t('reading.pipe') },
  ];
  const encodings = [...new Set([choice.encoding ?? preview.encoding ?? 'utf-8', ...(preview.encodings ?? [])])];
  const csv = preview.format === 'csv';
  return (
    <Panel title={t('reading.title')}>
      {csv && preview.encoding_sure === false && (
        <Notice tone="warn" title={t('reading.unsure')}>
          {t('reading.unsureBody')}
        </Notice>
      )}
      <div className={classes.fields}>
        {csv && (
          <>
            <ChoiceField
              label={t('reading.encoding')}
              choices={encodings.map((e) => ({ value: e, label: e }))}
              value={choice.encoding ?? preview.encoding ?? ''}
              onChoose={(encoding) => onChange({ ...choice, encoding })}
            />
            <ChoiceField
              label={t('reading.delimiter')}
              choices={delimiters}
              value={choice.delimiter ?? preview.delimiter ?? ','}
              onChoose={(delimiter) => onChange({ ...choice, delimiter })}
            />
          </>
        )}
        {preview.sheets && preview.sheets.length > 0 && (
          <ChoiceField
            label={t('reading.sheet')}
            choices={preview.sheets.map((s) => ({ value: s, label: s }))}
            value={choice.sheet ?? mapping.sheet ?? preview.sheets[0] ?? ''}
            onChoose={(sheet) => onChange({ ...choice, sheet })}
          />
        )}
        <ChoiceField
          label={t('reading.dateFormat')}
          choices={formats.map((f) => ({ value: f, label: f || t('reading.dateAuto') }))}
          value={mapping.date_format ?? ''}
          onChoose={(format) => onMapping({ ...mapping, date_format: format || undefined })}
        />
      </div>
      <div className={classes.checks}>
        <Checkbox
          label={t('reading.decimalComma')}
          checked={mapping.decimal_comma ?? false}
          onChange={(event) => onMapping({ ...mapping, decimal_comma: event.currentTarget.checked })}
        />
      </div>
    </Panel>
  );
}
