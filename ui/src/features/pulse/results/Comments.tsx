import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '@/components/Panel';
import type { Released } from './figures';
import pulse from '../Pulse.module.css';
import classes from './Results.module.css';

/** Comments as they were written, at the one group where they are listed, in an order that means nothing. */
export function Comments({ results: r }: { results: Released }) {
  const { t } = useTranslation('pulse');
  const names = new Map(r.rows.filter((row) => !row.attribute_value).map((row) => [row.node_id, row.name]));
  const titles = new Map(r.columns.map((c) => [c.key, c.title]));
  const groups = [...new Set(r.comments.map((c) => c.node_id))];
  return (
    <Panel title={t('comments.title')} subtitle={t('comments.subtitle')}>
      {groups.length === 0 && <p className={pulse.soft}>{t('comments.none')}</p>}
      {groups.map((node) => (
        <Group key={node} name={names.get(node) ?? t('results.company')} comments={r.comments.filter((c) => c.node_id === node)} titles={titles} />
      ))}
    </Panel>
  );
}

const FIRST = 5;

function Group({ name, comments, titles }: { name: string; comments: Released['comments']; titles: Map<string, string> }) {
  const { t } = useTranslation('app');
  const [shown, setShown] = useState(FIRST);
  return (
    <section className={classes.comments}>
      <h3>
        <bdi>{name}</bdi>
      </h3>
      <ul>
        {comments.slice(0, shown).map((c, i) => (
          <li key={i}>
            {titles.has(c.question) && <span className={pulse.summary}>{titles.get(c.question)}</span>}
            <p dir="auto">{c.text}</p>
          </li>
        ))}
      </ul>
      {comments.length > shown && (
        <Button size="xs" mt={8} variant="default" onClick={() => setShown(shown + 20)}>
          {t('more')}
        </Button>
      )}
    </section>
  );
}
