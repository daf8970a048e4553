import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { currentLocale } from '@/i18n/locale-now';
import { answersOf, textIn, type Draft, type DraftQuestion } from '../draft';
import classes from './Builder.module.css';
import { languageName } from './language';

interface Props {
  draft: Draft;
  /** What the answer form says around the questions, by language: the server's own words. */
  forms: Schemas['AnswerForm'][];
}

/** The page as respondents will see it, in each of their languages. */
export function PhonePreview({ draft, forms }: Props) {
  const { t } = useTranslation('pulse');
  const [chosen, setChosen] = useState<string>(currentLocale());
  const language = draft.languages.includes(chosen) ? chosen : (draft.languages[0] ?? 'en');
  const form = forms.find((f) => f.language === language) ?? forms[0];
  const say = (key: string) => form?.words[key] ?? '';
  return (
    <aside aria-label={t('preview.title')}>
      {draft.languages.length > 1 && (
        <SegmentedControl fullWidth size="xs" mb={8} aria-label={t('preview.language')} value={language} onChange={setChosen} data={draft.languages.map((l) => ({ value: l, label: languageName(l) }))} />
      )}
      <div className={classes.phone}>
        <div className={classes.screen} lang={language} dir={form?.direction} tabIndex={0} role="region" aria-label={t('preview.title')}>
          <h3>{draft.name || t('preview.untitled')}</h3>
          <div className={classes.privacy}>
            <b>{say('privacy.title')}</b>
            <ul>
              <li>{say('privacy.who')}</li>
              <li>
                {say('privacy.group')} <b>{draft.k}</b>
                {draft.attribute && ` · ${draft.attribute}`}
              </li>
              <li>{say('privacy.stored')}</li>
              <li>{say('privacy.remains')}</li>
            </ul>
          </div>
          {draft.questions.map((q) => (
            <Asked key={q.key} question={q} language={language} say={say} help={draft.help} />
          ))}
          <span className={classes.send}>{say('send')}</span>
        </div>
      </div>
    </aside>
  );
}

interface AskedProps {
  question: DraftQuestion;
  language: string;
  say: (key: string) => string;
  help?: string;
}

function Asked({ question: q, language, say, help }: AskedProps) {
  const ends = q.ends?.[language] ?? [];
  const flat = q.type === 'enps' || q.type === 'scale7';
  const answers = answersOf(q);
  const label = (i: number, otherwise: string) => {
    if (q.type === 'yes_no') return say(i === 0 ? 'no' : 'yes');
    if (q.type === 'single') return q.options?.[language]?.[i] ?? otherwise;
    return ends.length === answers.length ? (ends[i] ?? otherwise) : otherwise;
  };
  return (
    <div className={classes.asked}>
      <p>
        {textIn(q.text, language)} {!q.required && <small>{say('optional')}</small>}
      </p>
      {q.type === 'comment' && (
        <>
          <small>{say('comment.hint')}</small>
          <div className={classes.box} />
          {help && (
            <small>
              {say('comment.help')} <bdi>{help}</bdi>
            </small>
          )}
        </>
      )}
      {q.type === 'multiple' && (q.options?.[language] ?? []).map((o, i) => <span key={i} className={classes.choice}>☐ {o}</span>)}
      {ends.length === 2 && (
        <div className={classes.ends}>
          <bdi>{ends[0]}</bdi>
          <bdi>{ends[1]}</bdi>
        </div>
      )}
      {answers.length > 0 && (
        <div className={flat ? classes.flat : undefined}>
          {answers.map((a, i) => (
            <span key={a.value} className={classes.choice}>
              {flat ? '' : '○ '}
              {label(i, a.label)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
