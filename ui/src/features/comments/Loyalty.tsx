import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Band } from '@/charts/Band';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatPercent } from '@/i18n/format';
import classes from './Comments.module.css';
import { MethodCards } from './MethodCards';

/** Loyalty split into what customers got and how it felt. Of all customers: only for those who see the whole organisation. */
export function Loyalty() {
  const loyalty = api.useQuery('get', '/loyalty', {}, { retry: false });
  if (loyalty.isError) return <ProblemNotice error={loyalty.error} retry={() => void loyalty.refetch()} />;
  return loyalty.data?.items.map((item) => <Split key={item.relation} split={item} cards={loyalty.data.methods} />);
}

const percent = (v: number) => formatPercent(v / 100);

function Split({ split, cards }: { split: Schemas['Loyalty']; cards: Schemas['MethodCard'][] }) {
  const { t } = useTranslation('comments');
  const { explained } = split;
  return (
    <Panel title={t('loyalty.title')} subtitle={t(`loyalty.subtitle_${split.relation}`)} flush>
      {split.gap && (
        <div className={classes.note}>
          <Notice tone="info" title={t('loyalty.gap.title')}>
            {t(`loyalty.gap.${split.gap}`, { need: formatCount(split.need ?? 0), have: formatCount(split.have ?? 0) })}
          </Notice>
        </div>
      )}
      {explained && (
        <>
          <p className={classes.note}>
            {t('loyalty.explained', {
              share: percent(explained.value), lo: percent(explained.lo), hi: percent(explained.hi), n: formatCount(explained.n), answered: formatCount(split.answered),
            })}
          </p>
          <Parts caption={t('loyalty.title')} parts={split.sides} />
          <Parts caption={t('loyalty.what')} parts={split.parts} />
          <p className={classes.note}>{t('loyalty.association')}</p>
        </>
      )}
      {split.seldom.length > 0 && <p className={classes.note}>{t('loyalty.seldom', { list: split.seldom.map((x) => t(`loyalty.${x}`)).join(', ') })}</p>}
      <MethodCards cards={cards} />
    </Panel>
  );
}

function Parts({ caption, parts }: { caption: string; parts: Schemas['LoyaltyPart'][] }) {
  const { t } = useTranslation('comments');
  return (
    <Table file="loyalty" caption={caption} cards>
      <thead>
        <tr>
          <th scope="col">{t('loyalty.what')}</th>
          <th scope="col">{t('loyalty.share')}</th>
          <td />
          <th scope="col">{t('loyalty.range')}</th>
          <th scope="col" data-num>
            {t('loyalty.alone')}
          </th>
        </tr>
      </thead>
      <tbody>
        {parts.map((p) => (
          <tr key={p.name}>
            <th scope="row">{t(`loyalty.${p.name}`)}</th>
            <td data-label={t('loyalty.share')}>
              <Bdi>{percent(p.share.value)}</Bdi>
            </td>
            <td>
              <Band domain={[0, 100]} estimate={p.share.value} lo={p.share.lo} hi={p.share.hi} color={p.side === 'feeling' ? 'var(--kind-ex)' : 'var(--kind-cx)'} />
            </td>
            <td data-label={t('loyalty.range')}>
              <Bdi>{`${percent(p.share.lo)} … ${percent(p.share.hi)}`}</Bdi>
            </td>
            <td data-label={t('loyalty.alone')} data-num>
              <Bdi>{percent(p.alone)}</Bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
