import { useMutation } from '@tanstack/react-query';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { FileIcon } from '@/components/icons';
import { Notice } from '@/components/Notice';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';
import type { ImportKind } from './mapping';
import { LIMIT, upload } from './upload';
import classes from './Wizard.module.css';

interface Props {
  kind: ImportKind;
  onKind: (kind: ImportKind) => void;
  onUploaded: (file: Schemas['Upload']) => void;
}

export function FileStep({ kind, onKind, onUploaded }: Props) {
  const { t } = useTranslation('imports');
  const may = useMay();
  const [over, setOver] = useState(false);
  const [sent, setSent] = useState(0);
  const [file, setFile] = useState<File>();
  const send = useMutation({ mutationFn: (chosen: File) => upload(chosen, setSent), onSuccess: onUploaded });
  const refused = file && (file.size > LIMIT ? 'tooLarge' : file.size === 0 ? 'empty' : undefined);

  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    setSent(0);
    if (chosen.size > 0 && chosen.size <= LIMIT) send.mutate(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files[0]);
  };
  const customers: ImportKind[] = may('import.cx') ? ['feedback', 'orders'] : [];
  const people: ImportKind[] = may('people.write') ? ['employees', 'partners'] : [];
  const ledger: ImportKind[] = may('ledger.write') ? ['initiatives'] : [];
  const surveys: ImportKind[] = may('pulses.run') ? ['survey', 'benchmark'] : [];
  const kinds: ImportKind[] = ['series', ...customers, ...people, ...surveys, ...ledger];

  return (
    <>
      {kinds.length > 1 && (
        <fieldset className={classes.kinds}>
          <legend>{t('file.what')}</legend>
          {kinds.map((k) => (
            <label key={k} className={classes.kind}>
              <input type="radio" name="kind" value={k} checked={k === kind} onChange={() => onKind(k)} />
              <span>
                <span className={classes.kindName}>{t(`kind.${k}`)}</span>
                <span className={classes.kindWhat}>{t(`file.${k}`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {send.isError && <ProblemNotice error={send.error} retry={() => file && send.mutate(file)} />}
      {refused && (
        <Notice tone="bad" title={t(`file.${refused}`, { name: file.name })} live>
          {t(`file.${refused}Body`)}
        </Notice>
      )}
      {send.isPending && file ? (
        <ProgressLine label={t('file.uploading', { name: file.name })} done={sent} total={file.size} />
      ) : (
        <label
          className={classes.drop}
          data-over={over || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <FileIcon />
          <span className={classes.dropTitle}>{t('file.choose')}</span>
          <span className={classes.soft}>{t('file.drop')}</span>
          <input type="file" accept=".csv,.tsv,.txt,.xlsx,text/csv" onChange={(event) => choose(event.currentTarget.files?.[0])} />
        </label>
      )}
      <p className={classes.soft}>{t('file.safe')}</p>
    </>
  );
}
