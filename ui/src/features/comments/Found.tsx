import { Button, Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { ChoiceField } from '@/components/Field';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { useKept } from '@/components/useKept';
import { formatDay, formatNumber } from '@/i18n/format';
import classes from './Comments.module.css';
import type { Population, Relation, Topic } from './subject';

const polarities = ['favourable', 'unfavourable', 'mixed', 'unclear'] as const;
type Polarity = (typeof polarities)[number];

interface Props {
  team: string;
  relation: Relation;
  population: Population;
  topic: Topic | '';
  topics: Topic[];
  onTopic: (topic: Topic | '') => void;
}

/** The words themselves, newest first. Names and numbers are taken out unless somebody who may asks for them. */
export function Found({ team, relation, population, topic, topics, onTopic }: Props) {
  const { t } = useTranslation(['comments', 'app']);
  const may = useMay();
  const [q, setQ] = useKept('q');
  const [typed, setTyped] = useState(q);
  const [side, setSide] = useKept('side');
  const polarity: Polarity | '' = polarities.find((x) => x === side) ?? '';
  const [mask, setMask] = useState(true);
  const list = api.useInfiniteQuery(
    'get',
    '/comments',
    { params: { query: { q: q || undefined, team_id: team || undefined, relation, population, topic: topic || undefined, polarity: polarity || undefined, mask, limit: 25 } } },
    { initialPageParam: null, pageParamName: 'cursor', getNextPageParam: (page) => page.next_cursor || undefined },
  );
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('found.title')} subtitle={t('found.subtitle')} flush>
      <form
        role="search"
        className={classes.search}
        onSubmit={(e) => {
          e.preventDefault();
          setQ(typed.trim());
        }}
      >
        <TextInput label={t('found.words')} value={typed} maxLength={200} onChange={(e) => setTyped(e.currentTarget.value)} />
        <ChoiceField label={t('topics.topic')} choices={[{ value: '', label: t('found.any') }, ...topics.map((x) => ({ value: x, label: t(`topic.${x}`) }))]} value={topic} onChoose={(v) => onTopic(topics.find((x) => x === v) ?? '')} />
        <ChoiceField
          label={t('found.side')}
          choices={[{ value: '', label: t('found.any') }, ...polarities.map((x) => ({ value: x, label: t(`polarity.${x}`) }))]}
          value={polarity}
          onChoose={(v) => setSide(v)}
        />
        <Button type="submit" variant="default">
          {t('found.search')}
        </Button>
        {may('import.cx') && <Checkbox label={t('found.mask')} description={t('found.maskHint')} checked={mask} onChange={(e) => setMask(e.currentTarget.checked)} />}
      </form>
      {!may('import.cx') && <p className={classes.note}>{t('found.masked')}</p>}
      {list.isPending && <RowsSkeleton rows={6} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <p className={classes.note} role="status">
          {list.hasNextPage ? t('found.notYet') : t('found.nothing')}
        </p>
      )}
      <ul className={classes.list}>
        {items.map((x) => (
          <One key={x.id} comment={x} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('app:more')}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function One({ comment: x }: { comment: Schemas['Comment'] }) {
  const { t } = useTranslation('comments');
  return (
    <li className={classes.one}>
      <p className={classes.words} dir="auto" lang={x.language}>
        {x.title && <span className={classes.title}>{x.title} </span>}
        {x.text}
      </p>
      <p className={classes.about}>
        <span>{formatDay(x.at)}</span>
        {x.team && <bdi>{x.team}</bdi>}
        {x.score !== undefined && (
          <span>
            {(x.score_type ?? '').toUpperCase()} <Bdi>{formatNumber(x.score, 0)}</Bdi>
          </span>
        )}
        <span>{t('found.reads', { side: t(`polarity.${x.polarity}`) })}</span>
        {x.emotion && <span>{t(`emotion.${x.emotion}`)}</span>}
        {x.topics.map((y) => (
          <span key={y}>{t(`topic.${y}`)}</span>
        ))}
      </p>
    </li>
  );
}
