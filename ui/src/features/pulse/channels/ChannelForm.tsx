import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { locales } from '@/i18n/locale';
import { currentLocale } from '@/i18n/locale-now';
import { languageName } from '../builder/language';
import pulse from '../Pulse.module.css';

export function ChannelForm() {
  const { t } = useTranslation('pulse');
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'slack' | 'teams'>('slack');
  const [url, setUrl] = useState('');
  const [locale, setLocale] = useState(currentLocale());
  const add = api.useMutation('post', '/pulse-channels', {
    onSuccess: async () => {
      setName('');
      setUrl('');
      await queries.invalidateQueries({ predicate: (q) => q.queryKey[1] === '/pulse-channels' });
    },
  });
  const save = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ body: { name: name.trim(), kind, url: url.trim(), locale, active: true } });
  };
  return (
    <Panel title={t('channels.add')}>
      <form className={pulse.form} onSubmit={save}>
        {add.isError && <ProblemNotice error={add.error} />}
        <div className={pulse.pair}>
          <TextInput dir="auto" required maxLength={200} label={t('channels.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <ChoiceField
            label={t('channels.kind')}
            choices={[
              { value: 'slack', label: 'Slack' },
              { value: 'teams', label: 'Microsoft Teams' },
            ]}
            value={kind}
            onChoose={(v) => setKind(v === 'teams' ? 'teams' : 'slack')}
          />
          <ChoiceField label={t('channels.locale')} choices={locales.map((l) => ({ value: l, label: languageName(l) }))} value={locale} onChoose={(v) => setLocale(locales.find((l) => l === v) ?? 'en')} />
        </div>
        <TextInput
          dir="ltr"
          required
          type="url"
          maxLength={1000}
          autoComplete="off"
          label={t('channels.url')}
          description={t('channels.urlHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={url}
          onChange={(e) => setUrl(e.currentTarget.value)}
        />
        <div className={pulse.actions}>
          <Button type="submit" loading={add.isPending}>
            {t('channels.add')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
