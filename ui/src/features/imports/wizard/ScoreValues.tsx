import { Button, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mapping } from './mapping';
import classes from './Wizard.module.css';

/** What scores written as words are worth ("5 – very good"). */
export function ScoreValues({ mapping, onChange }: { mapping: Mapping; onChange: (mapping: Mapping) => void }) {
  const { t } = useTranslation('imports');
  const [word, setWord] = useState('');
  const values = mapping.score_values ?? {};
  const set = (key: string, value: number | undefined) => {
    const next = Object.fromEntries(Object.entries(values).filter(([k]) => k !== key));
    if (value !== undefined) next[key] = value;
    onChange({ ...mapping, score_values: Object.keys(next).length > 0 ? next : undefined });
  };
  return (
    <fieldset className={classes.words}>
      <legend>{t('fact.words')}</legend>
      {Object.entries(values).map(([key, value]) => (
        <div key={key} className={classes.word}>
          <NumberInput size="xs" label={key} value={value} onChange={(v) => set(key, typeof v === 'number' ? v : 0)} />
          <Button size="xs" variant="default" aria-label={t('fact.dropWord', { word: key })} onClick={() => set(key, undefined)}>
            {t('fact.drop')}
          </Button>
        </div>
      ))}
      <div className={classes.word}>
        <TextInput size="xs" dir="auto" label={t('fact.word')} value={word} onChange={(e) => setWord(e.currentTarget.value)} />
        <Button
          size="xs"
          variant="default"
          disabled={word.trim() === ''}
          onClick={() => {
            set(word.trim(), Number.parseFloat(word) || 0);
            setWord('');
          }}
        >
          {t('fact.addWord')}
        </Button>
      </div>
    </fieldset>
  );
}
