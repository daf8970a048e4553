import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { api } from '@/api/client';
import { Panel } from '@/components/Panel';
import pulse from '../Pulse.module.css';
import type { SectionProps } from './section';

/** Which rooms of Slack and Teams hear of each wave. */
export function ChannelFields({ draft, change }: SectionProps) {
  const { t } = useTranslation('pulse');
  const list = api.useQuery('get', '/pulse-channels');
  const chosen = draft.channel_ids ?? [];
  const items = list.data?.items ?? [];
  const toggle = (id: string) => change({ channel_ids: chosen.includes(id) ? chosen.filter((x) => x !== id) : [...chosen, id] });
  return (
    <Panel title={t('channels.tell')} subtitle={t(draft.audience.moment ? 'channels.momentNever' : 'channels.lead')}>
      <div className={pulse.form}>
        {items.map((c) => (
          <Checkbox key={c.id} label={<bdi>{c.name}</bdi>} checked={chosen.includes(c.id)} onChange={() => toggle(c.id)} />
        ))}
        <Link href="/pulse-channels">{t('channels.manage')}</Link>
      </div>
    </Panel>
  );
}
