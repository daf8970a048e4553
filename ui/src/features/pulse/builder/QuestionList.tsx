import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Panel } from '@/components/Panel';
import { currentLocale } from '@/i18n/locale-now';
import { moved, ownQuestion, textIn, without, type DraftQuestion } from '../draft';
import pulse from '../Pulse.module.css';
import type { SectionProps } from './section';
import classes from './Builder.module.css';
import { LibraryDialog } from './LibraryDialog';
import { NoticedDialog } from './NoticedDialog';
import { QuestionEditor } from './QuestionEditor';

export function QuestionList({ draft, change, library }: SectionProps & { library: Schemas['QuestionLibrary'] }) {
  const { t } = useTranslation(['pulse', 'app']);
  const [picking, setPicking] = useState(false);
  const [noticing, setNoticing] = useState(false);
  const may = useMay();
  const [editing, setEditing] = useState<string>();
  const { questions } = draft;
  const set = (list: DraftQuestion[]) => change({ questions: list });
  const add = () => {
    const own = ownQuestion(questions, draft.languages);
    set([...questions, own]);
    setEditing(own.key);
  };
  return (
    <Panel
      title={t('questions')}
      subtitle={t('builder.questionsHelp')}
      actions={
        <>
          <Button data-library size="xs" onClick={() => setPicking(true)}>
            {t('builder.fromLibrary')}
          </Button>
          <Button data-own size="xs" variant="default" onClick={add}>
            {t('builder.own')}
          </Button>
          {may('ledger.read') && (
            <Button data-noticed size="xs" variant="default" onClick={() => setNoticing(true)}>
              {t('builder.noticed')}
            </Button>
          )}
        </>
      }
    >
      {questions.length === 0 && <p className={pulse.soft}>{t('builder.noQuestions')}</p>}
      <ol className={classes.questions}>
        {questions.map((q, i) => (
          <li key={q.key} className={classes.question}>
            <div>
              <bdi>{textIn(q.text, currentLocale()) || t('builder.unworded')}</bdi>
              <span className={pulse.summary}>{describe(q)}</span>
            </div>
            <div className={classes.tools}>
              <Button size="compact-xs" variant="default" disabled={i === 0} aria-label={t('builder.upOf', { n: i + 1 })} onClick={() => set(moved(questions, i, -1))}>
                ↑
              </Button>
              <Button size="compact-xs" variant="default" disabled={i === questions.length - 1} aria-label={t('builder.downOf', { n: i + 1 })} onClick={() => set(moved(questions, i, 1))}>
                ↓
              </Button>
              <Button size="compact-xs" variant="default" aria-expanded={editing === q.key} aria-label={t('builder.changeOf', { n: i + 1 })} onClick={() => setEditing(editing === q.key ? undefined : q.key)}>
                {t('app:edit')}
              </Button>
              <Button size="compact-xs" variant="default" aria-label={t('builder.removeOf', { n: i + 1 })} onClick={() => set(without(questions, q.key))}>
                {t('builder.remove')}
              </Button>
            </div>
            {editing === q.key && (
              <div className={classes.editor}>
                <QuestionEditor question={q} before={questions.slice(0, i)} draft={draft} drivers={library.drivers} onChange={(next) => set(questions.map((x) => (x.key === q.key ? next : x)))} />
              </div>
            )}
          </li>
        ))}
      </ol>
      {noticing && <NoticedDialog chosen={questions} languages={draft.languages} onAdd={(q) => { set([...questions, q]); setEditing(q.key); }} onClose={() => setNoticing(false)} />}
      {picking && <LibraryDialog library={library} chosen={questions} onChange={set} onClose={() => setPicking(false)} />}
    </Panel>
  );

  function describe(q: DraftQuestion): string {
    const driver = library.drivers.find((d) => d.key === q.driver);
    const parts = [t(`type.${q.type}`), driver && textIn(driver.name, currentLocale()), q.required ? t('required') : t('app:optional'), q.if && t('builder.conditional')];
    return parts.filter(Boolean).join(' · ');
  }
}
