import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatCount } from '@/i18n/format';
import classes from './Comments.module.css';
import { Found } from './Found';
import { Loyalty } from './Loyalty';
import { Method } from './Method';
import { Feelings } from './Feelings';
import type { Population, Relation } from './subject';
import { Topics } from './Topics';

/** What customers wrote: what it is about, how it feels, and the words themselves. Never what employees wrote. */
export function CommentsPage() {
  const { t } = useTranslation('comments');
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const team = search.get('team') ?? '';
  const relation: Relation = search.get('about') === 'relational' ? 'relational' : 'transactional';
  const population: Population = search.get('who') === 'partner' ? 'partner' : 'customer';
  const query = { team_id: team || undefined, relation, population };
  const summary = api.useQuery('get', '/comments/summary', { params: { query } });
  const topic = summary.data?.topics.find((x) => x.topic === search.get('topic'))?.topic ?? '';
  const teams = api.useQuery('get', '/teams', {});
  const choose = (name: string, value: string) =>
    setSearch(
      (was) => {
        const next = new URLSearchParams(was);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const choices = [{ value: '', label: t('allTeams') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: ' '.repeat(Math.max(0, x.path.length - 1)) + x.name }))];
  return (
    <Page title={t('title')} lead={summary.data ? t('lead', { comments: formatCount(summary.data.comments), read: formatCount(summary.data.read) }) : undefined}>
      <div className={classes.filters} data-print="no">
        <ChoiceField label={t('team')} choices={choices} value={team} onChoose={(v) => choose('team', v)} />
        <ChoiceField
          label={t('about')}
          choices={(['transactional', 'relational'] as const).map((value) => ({ value, label: t(`relation.${value}`) }))}
          value={relation}
          onChoose={(v) => choose('about', v === 'relational' ? v : '')}
        />
        <ChoiceField
          label={t('who')}
          choices={(['customer', 'partner'] as const).map((value) => ({ value, label: t(`population.${value}`) }))}
          value={population}
          onChoose={(v) => choose('who', v === 'partner' ? v : '')}
        />
      </div>
      {summary.isPending && <RowsSkeleton rows={8} />}
      {summary.isError && <ProblemNotice error={summary.error} retry={() => void summary.refetch()} />}
      {summary.data?.comments === 0 && (
        <EmptyState title={t('none.title')} actions={may('import.cx') && <ButtonLink href="/imports/new?kind=feedback">{t('none.import')}</ButtonLink>}>
          {t('none.body')}
        </EmptyState>
      )}
      {summary.data && summary.data.comments > 0 && (
        <>
          <Topics summary={summary.data} chosen={topic} onChoose={(v) => choose('topic', v)} />
          <Feelings summary={summary.data} />
          <Found team={team} relation={relation} population={population} topic={topic} topics={summary.data.topics.map((x) => x.topic)} onTopic={(v) => choose('topic', v)} />
        </>
      )}
      {population === 'customer' && may('ledger.read') && <Loyalty />}
      {summary.data && <Method summary={summary.data} />}
    </Page>
  );
}
