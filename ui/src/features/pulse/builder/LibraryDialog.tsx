import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { currentLocale } from '@/i18n/locale-now';
import { fromLibrary, textIn, without, type DraftQuestion } from '../draft';
import pulse from '../Pulse.module.css';
import classes from './Builder.module.css';

interface Props {
  library: Schemas['QuestionLibrary'];
  chosen: DraftQuestion[];
  onChange: (questions: DraftQuestion[]) => void;
  onClose: () => void;
}

/** The library by driver; the driver's side says where the heat map will fold it. */
export function LibraryDialog({ library, chosen, onChange, onClose }: Props) {
  const { t } = useTranslation(['pulse', 'app']);
  const [search, setSearch] = useState('');
  const locale = currentLocale();
  const wanted = search.trim().toLocaleLowerCase(locale);
  const has = (key: string) => chosen.some((q) => q.key === key);
  const hit = (q: Schemas['Question'], driver: string) => wanted === '' || `${textIn(q.text, locale)} ${driver}`.toLocaleLowerCase(locale).includes(wanted);
  const toggle = (q: Schemas['Question']) => onChange(has(q.key) ? without(chosen, q.key) : [...chosen, fromLibrary(q)]);
  const index = library.questions.filter((q) => library.index.includes(q.key));
  const rest = index.filter((q) => !has(q.key));
  const groups = [...library.drivers.map((d) => ({ key: d.key, title: textIn(d.name, locale), side: d.side, questions: library.questions.filter((q) => q.driver === d.key) }))];
  const loose = library.questions.filter((q) => !library.drivers.some((d) => d.key === q.driver));
  return (
    <Dialog
      title={t('library.title')}
      size="xl"
      onClose={onClose}
      actions={
        <Button data-done onClick={onClose}>
          {t('library.done', { count: chosen.length })}
        </Button>
      }
    >
      <div className={classes.row}>
        <TextInput type="search" size="xs" flex="1 1 220px" aria-label={t('library.find')} placeholder={t('library.find')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
        {rest.length > 0 && (
          <Button data-index size="xs" variant="default" onClick={() => onChange([...chosen, ...rest.map(fromLibrary)])}>
            {t('library.addIndex', { count: index.length })}
          </Button>
        )}
      </div>
      <div className={classes.pick}>
        {groups.map(({ key, title, side, questions }) => {
          const shown = questions.filter((q) => hit(q, title));
          return (
            shown.length > 0 && (
              <section key={key}>
                <h3 className={classes.driver}>
                  {title} <span className={pulse.soft}>· {t(`side.${side}`)}</span>
                </h3>
                {shown.map((q) => (
                  <Checkbox key={q.key} mb={6} label={textIn(q.text, locale)} checked={has(q.key)} onChange={() => toggle(q)} />
                ))}
              </section>
            )
          );
        })}
        {loose
          .filter((q) => hit(q, ''))
          .map((q) => (
            <Checkbox key={q.key} label={textIn(q.text, locale)} checked={has(q.key)} onChange={() => toggle(q)} />
          ))}
      </div>
    </Dialog>
  );
}
