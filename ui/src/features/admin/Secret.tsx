import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/components/copy';
import classes from './Access.module.css';

/** Something to hand over or keep: shown to be copied. */
export function Secret({ text }: { text: string }) {
  const { t } = useTranslation('app');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
  };
  return (
    <span className={classes.code}>
      <code dir="ltr">{text}</code>
      <Button size="xs" variant="default" onClick={() => void copy()}>
        {copied ? t('copied') : t('copy')}
      </Button>
    </span>
  );
}
