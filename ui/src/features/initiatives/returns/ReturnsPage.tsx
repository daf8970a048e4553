import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { ProblemNotice } from '@/components/ProblemNotice';
import { formatDay } from '@/i18n/format';
import { Then } from '@/components/Then';
import classes from '../Initiatives.module.css';
import { ChainPanel } from './ChainPanel';
import { StatementPanels } from './StatementPanels';
import { TeamsPanel } from './TeamsPanel';

/** The three returns: of the organisation, a purpose, an initiative or the teams, over whole windows or of a quarter. */
export function ReturnsPage() {
  const { t } = useTranslation(['returns', 'initiatives']);
  const [search, setSearch] = useSearchParams();
  const quarter = search.get('quarter') ?? '';
  const of = search.get('of') ?? 'organisation';
  const list = api.useQuery('get', '/returns', { params: { query: quarter ? { quarter } : {} } });
  const choose = (key: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(key, value);
      else next.delete(key);
      return next;
    });
  const items = list.data?.items ?? [];
  const shown = items.find((s) => s.subject === of) ?? items.find((s) => s.subject === 'organisation');
  const name = (s: Schemas['ReturnsStatement']) => subjectName(s, t);
  const subjects = [...items].sort((a, b) => rank(a.subject) - rank(b.subject)).map((s) => ({ value: s.subject, label: name(s) }));
  const span = list.data?.from && list.data.to ? `${formatDay(list.data.from)} – ${formatDay(list.data.to)}` : undefined;
  return (
    <Page title={t('title')} lead={t('lead')} actions={<ButtonLink href="/returns/settings" variant="default">{t('settings.open')}</ButtonLink>}>
      {list.isPending && <RowsSkeleton rows={4} />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data && (
        <div className={classes.bar} data-print="no">
          <ChoiceField
            label={t('period')}
            description={span}
            choices={[{ value: '', label: t('whole') }, ...list.data.quarters.map((q) => ({ value: q, label: q }))]}
            value={quarter}
            onChoose={(v) => choose('quarter', v)}
          />
          <ChoiceField label={t('of')} choices={[...subjects, { value: 'teams', label: t('teams.choice') }]} value={of === 'teams' ? of : (shown?.subject ?? '')} onChoose={(v) => choose('of', v)} />
        </div>
      )}
      {list.data && items.length === 0 && <EmptyState title={t('none.title')}>{t('none.body')}</EmptyState>}
      {of === 'teams' && items.length > 0 && <TeamsPanel quarter={quarter} />}
      {of !== 'teams' && shown && <StatementPanels statement={shown} name={name(shown)} />}
      {items.length > 0 && (
        <Then>
          <ChainPanel />
        </Then>
      )}
    </Page>
  );
}

const order = ['organisation', 'purpose', 'bundle', 'initiative'];

function rank(subject: string): number {
  return order.indexOf(subject.split(':')[0] ?? '');
}

const purposes = ['technology', 'skills', 'product_service', 'process'] as const;

type Say = ReturnType<typeof useTranslation<['returns', 'initiatives']>>['t'];

function subjectName(s: Schemas['ReturnsStatement'], t: Say): string {
  if (s.subject === 'organisation') return t('organisation');
  const purpose = purposes.find((p) => s.subject === `purpose:${p}`);
  if (purpose) return t('purposeOf', { purpose: t(`purpose.${purpose}`, { ns: 'initiatives' }) });
  if (s.subject.startsWith('bundle:')) return t('bundleOf', { names: s.name });
  return s.name;
}
