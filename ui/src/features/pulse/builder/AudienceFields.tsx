import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { Panel } from '@/components/Panel';
import pulse from '../Pulse.module.css';
import type { SectionProps } from './section';
import classes from './Builder.module.css';

const MOST = 60;

export function AudienceFields({ draft, change }: SectionProps) {
  const { t } = useTranslation('pulse');
  const [search, setSearch] = useState('');
  const teams = api.useQuery('get', '/teams', {}, { staleTime: 300_000 });
  const { audience: a } = draft;
  const partners = a.population === 'partners';
  const scope = a.team_ids.length === 0 ? (partners ? 'audience.everyPartner' : 'audience.everybody') : partners ? 'audience.partnersOf' : 'audience.subtrees';
  const set = (part: Partial<typeof a>) => change({ audience: { ...a, ...part } });
  const all = teams.data?.items ?? [];
  const wanted = search.trim().toLocaleLowerCase();
  const path = (x: (typeof all)[number]) => (x.path.length > 0 ? x.path.join(' › ') : x.name);
  const found = all.filter((x) => !a.team_ids.includes(x.id) && (wanted === '' || path(x).toLocaleLowerCase().includes(wanted)));
  const shown = [...all.filter((x) => a.team_ids.includes(x.id)), ...found.slice(0, MOST)];
  const toggle = (id: string) => set({ team_ids: a.team_ids.includes(id) ? a.team_ids.filter((x) => x !== id) : [...a.team_ids, id] });
  return (
    <Panel title={t('audience.title')} subtitle={t(scope)}>
      <div className={pulse.form}>
        <fieldset className={classes.set}>
          <legend>{t('audience.teams')}</legend>
          <TextInput type="search" size="xs" mb={8} aria-label={t('audience.find')} placeholder={t('audience.find')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
          {shown.length > 0 && (
            <div className={classes.scroll}>
              {shown.map((x) => (
                <Checkbox key={x.id} label={<bdi>{path(x)}</bdi>} checked={a.team_ids.includes(x.id)} onChange={() => toggle(x.id)} />
              ))}
            </div>
          )}
        </fieldset>
        <ChoiceField
          name="population"
          label={t('audience.population')}
          description={t('audience.populationHelp')}
          choices={(['staff', 'partners'] as const).map((p) => ({ value: p, label: t(`audience.${p}`) }))}
          value={a.population ?? 'staff'}
          onChoose={(p) => (p === 'partners' ? change({ attribute: undefined, audience: { team_ids: a.team_ids, population: p } }) : set({ population: 'staff' }))}
        />
        {!partners && <div className={pulse.pair}>
          <ChoiceField
            label={t('audience.moment')}
            choices={(['all', 'joining', 'leaving'] as const).map((m) => ({ value: m, label: t(`audience.moments.${m}`) }))}
            value={a.moment ?? 'all'}
            onChoose={(m) => set(m === 'joining' || m === 'leaving' ? { moment: m, days: a.days ?? (m === 'joining' ? 30 : 14) } : { moment: undefined, days: undefined })}
          />
          {a.moment && (
            <NumberInput
              label={t(`audience.momentDays.${a.moment}`)}
              min={0}
              max={3650}
              allowDecimal={false}
              hideControls
              value={a.days ?? 0}
              onChange={(v) => set({ days: Number(v) || 0 })}
            />
          )}
        </div>}
        {a.moment && <p className={pulse.soft}>{t('audience.momentHelp')}</p>}
        {!partners && <div className={pulse.pair}>
          <TextInput dir="auto" label={t('audience.attribute')} value={a.attribute_name ?? ''} onChange={(e) => set({ attribute_name: e.currentTarget.value || undefined })} />
          <TextInput
            dir="auto"
            label={t('audience.values')}
            placeholder={t('audience.valuesHelp')}
            disabled={!a.attribute_name}
            defaultValue={(a.attribute_values ?? []).join(', ')}
            onChange={(e) => set({ attribute_values: e.currentTarget.value.split(',').map((v) => v.trim()).filter(Boolean) })}
          />
          <NumberInput
            label={t('audience.joined')}
            min={1}
            max={3650}
            allowDecimal={false}
            hideControls
            value={a.days_since_joining ?? ''}
            onChange={(v) => set({ days_since_joining: typeof v === 'number' && v > 0 ? v : undefined })}
          />
        </div>}
      </div>
    </Panel>
  );
}
