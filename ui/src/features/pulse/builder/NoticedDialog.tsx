import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ChoiceField } from '@/components/Field';
import { ProblemNotice } from '@/components/ProblemNotice';
import { currentLocale } from '@/i18n/locale-now';
import { noticedQuestion, type DraftQuestion } from '../draft';
import pulse from '../Pulse.module.css';

interface Props {
  chosen: DraftQuestion[];
  languages: string[];
  onAdd: (q: DraftQuestion) => void;
  onClose: () => void;
}

/** Asks whether people noticed an initiative: that tells what never arrived from what does not work. */
export function NoticedDialog({ chosen, languages, onAdd, onClose }: Props) {
  const { t } = useTranslation('pulse');
  const list = api.useQuery('get', '/initiatives', {});
  const [picked, setPicked] = useState('');
  const open = (list.data?.items ?? []).filter((x) => !chosen.some((q) => q.key === `noticed.${x.id}`));
  const one = open.find((x) => x.id === picked) ?? open[0];
  const add = () => {
    if (!one) return;
    const wording = one.plan.perception?.question || t('builder.noticedWording', { name: one.plan.name, interpolation: { escapeValue: false } });
    onAdd(noticedQuestion(one.id, wording, languages, currentLocale()));
    onClose();
  };
  return (
    <Dialog
      title={t('builder.noticed')}
      onClose={onClose}
      actions={
        <Button disabled={!one} onClick={add}>
          {t('builder.noticedAdd')}
        </Button>
      }
    >
      <div className={pulse.form}>
        <p>{t('builder.noticedHelp')}</p>
        {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
        {list.data && open.length === 0 && <p className={pulse.soft}>{t('builder.noticedNone')}</p>}
        {one && <ChoiceField label={t('builder.noticedOf')} choices={open.map((x) => ({ value: x.id, label: x.plan.name }))} value={one.id} onChoose={setPicked} />}
      </div>
    </Dialog>
  );
}
