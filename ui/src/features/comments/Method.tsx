import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatPercent } from '@/i18n/format';
import classes from './Comments.module.css';
import { MethodCards } from './MethodCards';

/** How comments are read, and how often the reading is right. */
export function Method({ summary }: { summary: Schemas['CommentSummary'] }) {
  const { t } = useTranslation('comments');
  return (
    <Panel title={t('method.title')} subtitle={t('method.subtitle')} flush>
      <Table caption={t('method.caption')} cards>
        <thead>
          <tr>
            <th scope="col">{t('method.language')}</th>
            <th scope="col">{t('method.sample')}</th>
            <th scope="col">{t('method.right')}</th>
            <th scope="col">{t('topics.range')}</th>
            <th scope="col">{t('method.undecided')}</th>
            <th scope="col">{t('method.list')}</th>
          </tr>
        </thead>
        <tbody>
          {summary.accuracy.map((x) => (
            <tr key={x.language}>
              <th scope="row">{t(`language.${x.language}`)}</th>
              <td data-label={t('method.sample')}>{t(`method.${x.sample}`, { n: formatCount(x.n) })}</td>
              <td data-label={t('method.right')}>
                <Bdi>{formatPercent(x.right / x.n)}</Bdi>
              </td>
              <td data-label={t('topics.range')}>
                <Bdi>{`${formatPercent(x.lo)} … ${formatPercent(x.hi)}`}</Bdi>
              </td>
              <td data-label={t('method.undecided')}>
                <Bdi>{formatPercent(x.undecided / x.n)}</Bdi>
              </td>
              <td data-label={t('method.list')}>{t('method.terms', { terms: formatCount(x.terms), version: x.version })}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <p className={classes.note}>{t('method.limits')}</p>
      <MethodCards cards={summary.methods} />
    </Panel>
  );
}
