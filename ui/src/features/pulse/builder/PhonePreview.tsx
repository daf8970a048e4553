import { SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { load } from '@/i18n';
import { directionOf, isLocale } from '@/i18n/locale';
import { currentLocale } from '@/i18n/locale-now';
import { answersOf, textIn, type Draft, type DraftQuestion } from '../draft';
import classes from './Builder.module.css';
import { languageName } from './language';

/** The page as respondents will see it, in each of their languages. */
export function PhonePreview({ draft }: { draft: Draft }) {
  const { t, i18n } = useTranslation('pulse');
  const [chosen, setChosen] = useState<string>(currentLocale());
  const language = draft.languages.includes(chosen) ? chosen : (draft.languages[0] ?? 'en');
  const direction = isLocale(language) ? directionOf(language) : 'ltr';
  const [, ready] = useState('');
  useEffect(() => {
    if (isLocale(language)) void load(language, ['pulse']).then(() => ready(language));
  }, [language]);
  const say = i18n.getFixedT(i18n.hasResourceBundle(language, 'pulse') ? language : i18n.language, 'pulse');
  return (
    <aside aria-label={t('preview.title')}>
      {draft.languages.length > 1 && (
        <SegmentedControl fullWidth size="xs" mb={8} aria-label={t('preview.language')} value={language} onChange={setChosen} data={draft.languages.map((l) => ({ value: l, label: languageName(l) }))} />
      )}
      <div className={classes.phone}>
        <div className={classes.screen} lang={language} {...{ dir: direction }} tabIndex={0} role="region" aria-label={t('preview.title')}>
          <h3>{draft.name || t('preview.untitled')}</h3>
          <div className={classes.privacy}>{say('preview.privacy', { k: draft.k })}</div>
          {draft.questions.map((q) => (
            <Asked key={q.key} question={q} language={language} yes={say('preview.yes')} no={say('preview.no')} />
          ))}
        </div>
      </div>
    </aside>
  );
}

function Asked({ question: q, language, yes, no }: { question: DraftQuestion; language: string; yes: string; no: string }) {
  const ends = q.ends?.[language] ?? [];
  const flat = q.type === 'enps' || q.type === 'scale7';
  const answers = answersOf(q);
  const label = (i: number, otherwise: string) => {
    if (q.type === 'yes_no') return i === 0 ? no : yes;
    if (q.type === 'single') return q.options?.[language]?.[i] ?? otherwise;
    return ends.length === answers.length ? (ends[i] ?? otherwise) : otherwise;
  };
  return (
    <div className={classes.asked}>
      <p>{textIn(q.text, language)}</p>
      {q.type === 'comment' && <div className={classes.box} />}
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
