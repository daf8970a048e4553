import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useMarks } from '@/api/marks';
import { ChartFrame } from '@/charts/ChartFrame';
import { MONTH_APART, withGaps } from '@/charts/period';
import { TrendLine } from '@/charts/TrendLine';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatNumber, formatPercent } from '@/i18n/format';
import classes from './Comments.module.css';

/** The feelings that words name, and the tone of the words month by month. */
export function Feelings({ summary }: { summary: Schemas['CommentSummary'] }) {
  const { t } = useTranslation('comments');
  const named = summary.emotions.reduce((n, x) => n + x.comments, 0);
  const marks = useMarks();
  const { tones } = summary;
  const last = tones.at(-1);
  const reach = Math.max(0.2, ...tones.map((x) => Math.abs(x.mean)));
  const edge = Math.min(1, Math.ceil(reach * 10) / 10);
  return (
    <>
      <Panel title={t('feelings.title')} subtitle={t('feelings.subtitle', { named: formatCount(named) })} flush>
        <Table file="feelings" caption={t('feelings.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('feelings.feeling')}</th>
              <th scope="col">{t('feelings.share')}</th>
              <th scope="col" data-num>
                {t('topics.comments')}
              </th>
            </tr>
          </thead>
          <tbody>
            {summary.emotions.map((x) => (
              <tr key={x.emotion}>
                <th scope="row">{t(`emotion.${x.emotion}`)}</th>
                <td data-label={t('feelings.share')}>
                  <Bdi>{named === 0 ? '–' : formatPercent(x.comments / named)}</Bdi>
                </td>
                <td data-label={t('topics.comments')} data-num>
                  <Bdi>{formatCount(x.comments)}</Bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Panel>
      {last && tones.length > 1 && (
        <ChartFrame
          id="tone"
          file="tone"
          title={t('tone.title')}
          subtitle={t('tone.subtitle')}
          summary={t('tone.summary', { first: formatNumber(tones[0]?.mean ?? 0, 2), last: formatNumber(last.mean, 2) })}
          table={{ header: [t('tone.month'), t('tone.title'), t('topics.comments')], rows: tones.map((x) => [x.month, x.mean, x.comments]) }}
        >
          <TrendLine
            dots={withGaps(
              tones.map((x) => ({ on: x.month, value: x.mean, breaks: false })),
              MONTH_APART,
            )}
            marks={marks}
            domain={[-edge, edge]}
            decimals={1}
            color="var(--kind-cx)"
            breakLabel=""
            summary={t('tone.summary', { first: formatNumber(tones[0]?.mean ?? 0, 2), last: formatNumber(last.mean, 2) })}
          />
          <p className={classes.note} style={{ padding: 0 }}>
            {t('tone.note')}
          </p>
        </ChartFrame>
      )}
    </>
  );
}
