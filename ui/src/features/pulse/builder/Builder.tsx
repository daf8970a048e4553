import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Then } from '@/components/Then';
import { clean, minutes, type Draft } from '../draft';
import pulse from '../Pulse.module.css';
import { AudienceFields } from './AudienceFields';
import classes from './Builder.module.css';
import { CadenceFields } from './CadenceFields';
import { ChannelFields } from './ChannelFields';
import { PhonePreview } from './PhonePreview';
import { ProtectionFields } from './ProtectionFields';
import { QuestionList } from './QuestionList';
import { languageName } from './language';

interface Props {
  id?: string;
  start: Draft;
  library: Schemas['QuestionLibrary'];
  above: ReactNode;
}

export function Builder({ id, start, library, above }: Props) {
  const { t } = useTranslation(['pulse', 'app']);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((d) => ({ ...d, ...part }));
  const onSuccess = async (saved: Schemas['Programme']) => {
    await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/programmes') });
    go(`/pulses/${saved.id}`);
  };
  const create = api.useMutation('post', '/programmes', { onSuccess });
  const update = api.useMutation('put', '/programmes/{id}', { onSuccess });
  const saving = id ? update : create;
  const missing = draft.name.trim() === '' ? t('builder.needName') : draft.questions.length === 0 ? t('builder.needQuestions') : draft.languages.length === 0 ? t('builder.needLanguage') : undefined;
  const save = () => {
    setTried(true);
    if (missing) return;
    if (id) update.mutate({ params: { path: { id } }, body: clean(draft) });
    else create.mutate({ body: clean(draft) });
  };
  const toggle = (language: string) =>
    change({ languages: draft.languages.includes(language) ? draft.languages.filter((l) => l !== language) : [...draft.languages, language] });
  return (
    <Page
      above={above}
      title={t(id ? 'builder.edit' : 'builder.new')}
      lead={t('builder.lead', { count: Math.max(1, Math.round(minutes(draft))) })}
      actions={
        <Button data-save loading={saving.isPending} onClick={save}>
          {t('app:save')}
        </Button>
      }
    >
      {tried && missing && <Notice tone="warn" title={missing} live />}
      {saving.isError && <ProblemNotice error={saving.error} />}
      <div className={classes.split}>
        <div className={classes.sections}>
          <Panel title={t('builder.basics')}>
            <div className={pulse.form}>
              <TextInput dir="auto" required maxLength={200} label={t('field.name')} value={draft.name} onChange={(e) => change({ name: e.currentTarget.value })} error={tried && draft.name.trim() === '' ? t('builder.needName') : undefined} />
              <fieldset className={classes.set}>
                <legend>{t('field.languages')}</legend>
                <div className={classes.row}>
                  {library.languages.map((l) => (
                    <Checkbox key={l} label={languageName(l)} checked={draft.languages.includes(l)} onChange={() => toggle(l)} />
                  ))}
                </div>
              </fieldset>
            </div>
          </Panel>
          <Then>
            <QuestionList draft={draft} change={change} library={library} />
            <AudienceFields draft={draft} change={change} />
            <CadenceFields draft={draft} change={change} />
            <ChannelFields draft={draft} change={change} />
            <ProtectionFields draft={draft} change={change} />
          </Then>
        </div>
        <PhonePreview draft={draft} forms={library.forms} />
      </div>
    </Page>
  );
}
