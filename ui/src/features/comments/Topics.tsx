import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatPercent } from '@/i18n/format';
import type { Topic } from './subject';

interface Props {
  summary: Schemas['CommentSummary'];
  chosen: Topic | '';
  onChoose: (topic: Topic | '') => void;
}

/** What comments are about, each side of the score with the weight it has among all who scored. */
export function Topics({ summary, chosen, onChoose }: Props) {
  const { t } = useTranslation('comments');
  const weighted = summary.topics.some((x) => x.weighted !== undefined);
  const most = Math.max(0.01, ...summary.topics.map((x) => Math.max(x.hi ?? 0, x.plain)));
  return (
    <Panel title={t('topics.title')} subtitle={t('topics.subtitle')} flush>
      <div style={{ padding: '0 20px 12px' }}>
        <Notice tone="info" title={weighted ? t('bias.title') : t('bias.cannot')}>
          {weighted ? t('bias.body') : t('bias.cannotBody')}{' '}
          {summary.sides
            .filter((x) => x.scores > 0)
            .map((x) => t(`bias.${x.side}`, { scores: formatCount(x.scores), comments: formatCount(x.comments) }))
            .join(' ')}
        </Notice>
      </div>
      <Table file="topics" caption={t('topics.title')} cards>
        <thead>
          <tr>
            <th scope="col">{t('topics.topic')}</th>
            {weighted && <th scope="col">{t('topics.weighted')}</th>}
            {weighted && <td />}
            {weighted && <th scope="col">{t('topics.range')}</th>}
            <th scope="col">{t('topics.plain')}</th>
            <th scope="col">{t('topics.against')}</th>
            <th scope="col" data-num>
              {t('topics.comments')}
            </th>
          </tr>
        </thead>
        <tbody>
          {summary.topics.map((x) => (
            <tr key={x.topic} data-topic={x.topic}>
              <th scope="row">
                <Button variant="subtle" size="compact-sm" ms={-8} aria-pressed={chosen === x.topic} onClick={() => onChoose(chosen === x.topic ? '' : x.topic)}>
                  {t(`topic.${x.topic}`)}
                </Button>
              </th>
              {weighted && (
                <td data-label={t('topics.weighted')}>
                  <Bdi>{x.weighted === undefined ? '–' : formatPercent(x.weighted)}</Bdi>
                </td>
              )}
              {weighted && <td>{x.weighted !== undefined && <Band domain={[0, most]} estimate={x.weighted} lo={x.lo} hi={x.hi} naive={x.plain} color="var(--kind-cx)" />}</td>}
              {weighted && (
                <td data-label={t('topics.range')}>
                  <Bdi>{x.lo === undefined || x.hi === undefined ? '–' : `${formatPercent(x.lo)} … ${formatPercent(x.hi)}`}</Bdi>
                </td>
              )}
              <td data-label={t('topics.plain')}>
                <Bdi>{formatPercent(x.plain)}</Bdi>
              </td>
              <td data-label={t('topics.against')}>
                <Bdi>{x.scored === 0 ? '–' : formatPercent(x.against / x.scored)}</Bdi>
              </td>
              <td data-label={t('topics.comments')} data-num>
                <Bdi>{formatCount(x.comments)}</Bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
