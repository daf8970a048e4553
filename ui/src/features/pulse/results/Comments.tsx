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
        <section key={node} className={classes.comments}>
          <h3>
            <bdi>{names.get(node) ?? t('results.company')}</bdi>
          </h3>
          <ul>
            {r.comments
              .filter((c) => c.node_id === node)
              .map((c, i) => (
                <li key={i}>
                  {titles.has(c.question) && <span className={pulse.summary}>{titles.get(c.question)}</span>}
                  <p dir="auto">{c.text}</p>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}
