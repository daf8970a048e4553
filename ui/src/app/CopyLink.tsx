import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearch } from 'wouter';
import { copyText } from '@/components/copy';
import { LinkIcon } from '@/components/icons';
import classes from './Layout.module.css';

/** Copies the address of what is on the screen: filters stand in it, so that who opens it sees the same, as far as they may. */
export function CopyLink() {
  const { t } = useTranslation('app');
  const [location] = useLocation();
  const search = useSearch();
  const here = `${location}?${search}`;
  const [copied, setCopied] = useState('');
  const label = copied === here ? t('copied') : t('chart.link');
  return (
    <button className={classes.bell} aria-label={label} title={label} onClick={() => void copyText(window.location.href).then(() => setCopied(here))}>
      {copied === here ? '✓' : <LinkIcon />}
    </button>
  );
}
