import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import type { Schemas } from '@/api/client';
import { Page } from '@/components/Page';
import { CheckStep } from './CheckStep';
import { FileStep } from './FileStep';
import type { ImportKind, Mapping } from './mapping';
import { MappingStep } from './MappingStep';
import { ResultStep } from './ResultStep';
import { Steps, type Step } from './Steps';

const kinds: readonly ImportKind[] = ['series', 'feedback', 'orders', 'employees', 'partners', 'survey', 'benchmark', 'initiatives'];

/**
 * Four steps: file, columns, trial run, import. Once the import runs its operation stands in the address, so that the page can be
 * left and opened again.
 */
export function WizardPage() {
  const { t } = useTranslation('imports');
  const [search, setSearch] = useSearchParams();
  const operation = search.get('operation') ?? undefined;
  const [kind, setKind] = useState<ImportKind>(() => kinds.find((k) => k === search.get('kind')) ?? 'series');
  const [upload, setUpload] = useState<Schemas['Upload']>();
  const [mapping, setMapping] = useState<Mapping>();
  const [step, setStep] = useState<Step>('file');
  const now: Step = operation ? 'result' : step;

  const started = (id: string) => {
    setSearch({ kind, operation: id }, { replace: true });
    setStep('result');
  };
  const restart = () => {
    setUpload(undefined);
    setMapping(undefined);
    setStep('file');
    setSearch({ kind }, { replace: true });
  };

  return (
    <Page title={t('wizard.title')}>
      <Steps now={now} />
      {now === 'file' && (
        <FileStep
          kind={kind}
          onKind={setKind}
          onUploaded={(file) => {
            setUpload(file);
            setMapping(undefined);
            setStep('mapping');
          }}
        />
      )}
      {now === 'mapping' && upload && (
        <MappingStep
          upload={upload}
          kind={kind}
          mapping={mapping}
          onBack={restart}
          onDone={(chosen) => {
            setMapping(chosen);
            setStep('check');
          }}
        />
      )}
      {now === 'check' && upload && mapping && (
        <CheckStep upload={upload} mapping={mapping} onBack={() => setStep('mapping')} onRestart={restart} onStarted={started} />
      )}
      {now === 'result' && operation && <ResultStep operation={operation} kind={kind} onRestart={restart} />}
    </Page>
  );
}
