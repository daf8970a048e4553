import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile, toCsv } from '@/api/download';
import type { FieldError } from '@/api/problem';
import { Bdi } from '@/components/Bdi';
import { DownloadIcon } from '@/components/icons';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount } from '@/i18n/format';

const PAGE = 100;

/** Every bad row with its line and column, what stood there and what to do about it. */
export function RowErrors({ errors, file }: { errors: FieldError[]; file: string }) {
  const { t } = useTranslation(['imports', 'app']);
  const [shown, setShown] = useState(PAGE);
  const header = [t('errors.line'), t('errors.column'), t('errors.value'), t('errors.what')];
  const save = () => saveFile(`${file}-errors.csv`, '\ufeff' + toCsv(header, errors.map((e) => [e.line, e.column, e.value, e.detail ?? e.code])), 'text/csv;charset=utf-8');
  return (
    <Panel
      title={t('errors.caption')}
      subtitle={errors.length >= 1000 ? t('errors.first', { count: errors.length }) : undefined}
      actions={
        <Button size="xs" variant="default" leftSection={<DownloadIcon />} onClick={save}>
          {t('errors.download')}
        </Button>
      }
      flush
    >
      <Table caption={t('errors.caption')} cards>
        <thead>
          <tr>
            {header.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {errors.slice(0, shown).map((e, i) => (
            <tr key={i}>
              <td data-label={header[0]}>{e.line !== undefined && <Bdi>{formatCount(e.line)}</Bdi>}</td>
              <td data-label={header[1]}>
                <bdi>{e.column}</bdi>
              </td>
              <td data-label={header[2]}>
                <bdi>{e.value}</bdi>
              </td>
              <td>{e.detail ?? e.code}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {errors.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + PAGE)}>
          {t('app:more')}
        </Button>
      )}
    </Panel>
  );
}
