import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { formatCount, formatPercent, formatTime } from '@/i18n/format';
import type { Wave } from '../draft';
import pulse from '../Pulse.module.css';

export function OpenWave({ wave: w }: { wave: Wave }) {
  const { t } = useTranslation('pulse');
  if (w.state === 'closing') {
    return (
      <Notice tone="info" title={t('wave.closing')} live>
        {t('wave.closingBody')}
      </Notice>
    );
  }
  if (w.state === 'stopping' || w.state === 'stopped') {
    return (
      <Notice tone="info" title={t(`wave.${w.state}`)} live>
        {t(`wave.${w.state}Body`)}
      </Notice>
    );
  }
  const part = w.participation_percent;
  const address = `${window.location.origin}${w.link ?? ''}`;
  return (
    <div className={pulse.columns}>
      <Panel title={part === undefined ? t('wave.noParticipation') : t('wave.participation', { share: formatPercent(part / 100) })} subtitle={t('wave.participationHelp')}>
        {part !== undefined && <Progress value={part} size="lg" aria-label={t('wave.participation', { share: formatPercent(part / 100) })} />}
      </Panel>
      <Panel title={t('wave.facts')}>
        <dl className={pulse.facts}>
          <dt>{t('wave.invited')}</dt>
          <dd>{formatCount(w.invited)}</dd>
          <dt>{t('wave.opened')}</dt>
          <dd>{formatTime(w.opens_at)}</dd>
          <dt>{t('wave.closes')}</dt>
          <dd>{formatTime(w.closes_at)}</dd>
          <dt>{t('col.k')}</dt>
          <dd>{t('people', { count: w.k })}</dd>
          <dt>{t('field.attribute')}</dt>
          <dd>
            <bdi>{w.attribute ?? t('noAttribute')}</bdi>
          </dd>
          <dt>{t('wave.link')}</dt>
          <dd>
            <Bdi>
              <a href={w.link} style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
                {address}
              </a>
            </Bdi>
          </dd>
        </dl>
      </Panel>
    </div>
  );
}
