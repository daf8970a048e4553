import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { api } from '@/api/client';
import { ChoiceField } from '@/components/Field';
import { formatCount } from '@/i18n/format';
import classes from './Journeys.module.css';

const names = ['team', 'population', 'segment', 'product', 'channel', 'months'] as const;

/** What the address narrows the view to, as the server asks for it. */
export function useFilter() {
  const [search] = useSearchParams();
  const text = (name: string) => search.get(name) ?? undefined;
  return { team_id: text('team'), population: text('population') === 'partner' ? ('partner' as const) : undefined, segment: text('segment'), product: text('product'), channel: text('channel'), months: Number(search.get('months')) || undefined };
}

/** The filter as it stands in an address. */
export function useQueryText(): string {
  const [search] = useSearchParams();
  const kept = new URLSearchParams();
  for (const name of names) {
    const value = search.get(name);
    if (value) kept.set(name === 'team' ? 'team_id' : name, value);
  }
  const text = kept.toString();
  return text ? `?${text}` : '';
}

interface Props {
  segments: string[];
  products: string[];
  channels: string[];
}

/** Filters in the address: a link to the view is its address. */
export function Filters({ segments, products, channels }: Props) {
  const { t } = useTranslation('journeys');
  const [search, setSearch] = useSearchParams();
  const teams = api.useQuery('get', '/teams', {});
  const choose = (name: string) => (value: string) =>
    setSearch(
      (old) => {
        const next = new URLSearchParams(old);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const list = (values: string[]) => [{ value: '', label: t('filter.all') }, ...values.map((v) => ({ value: v, label: v }))];
  return (
    <div className={classes.filters} data-print="no">
      <ChoiceField
        label={t('filter.team')}
        choices={[{ value: '', label: t('filter.everybody') }, ...(teams.data?.items ?? []).map((x) => ({ value: x.id, label: '\u2003'.repeat(Math.max(0, x.path.length - 1)) + x.name }))]}
        value={search.get('team') ?? ''}
        onChoose={choose('team')}
      />
      <ChoiceField
        label={t('filter.population')}
        choices={(['customer', 'partner'] as const).map((v) => ({ value: v === 'customer' ? '' : v, label: t(`filter.${v}`) }))}
        value={search.get('population') ?? ''}
        onChoose={choose('population')}
      />
      <ChoiceField label={t('filter.segment')} choices={list(segments)} value={search.get('segment') ?? ''} onChoose={choose('segment')} />
      <ChoiceField label={t('filter.product')} choices={list(products)} value={search.get('product') ?? ''} onChoose={choose('product')} />
      <ChoiceField label={t('filter.channel')} choices={list(channels)} value={search.get('channel') ?? ''} onChoose={choose('channel')} />
      <ChoiceField
        label={t('filter.months')}
        choices={[3, 6, 12, 24].map((n) => ({ value: n === 12 ? '' : String(n), label: t('filter.last', { n: formatCount(n) }) }))}
        value={search.get('months') ?? ''}
        onChoose={choose('months')}
      />
    </div>
  );
}
