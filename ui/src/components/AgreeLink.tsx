import { useTranslation } from 'react-i18next';
import { useMay } from '@/api/session';
import { ButtonLink } from './ButtonLink';

interface Props {
  from: 'finding' | 'gap' | 'result' | 'proposal';
  /** Id of what it comes from. */
  of: string;
  /** The figure the action is about, and its name where it stands in no catalogue. */
  metric?: string;
  metricName?: string;
  team?: string;
  /** A first wording of what is to be done. */
  title?: string;
  /** Version of the proposal that is accepted with it. */
  version?: number;
  label?: string;
}

/** From what a page shows to something somebody does: opens the form of an action with what is known filled in. */
export function AgreeLink({ from, of, metric, metricName, team, title, version, label }: Props) {
  const { t } = useTranslation('app');
  const may = useMay();
  if (!may('actions.write')) return null;
  const known = { from, of, metric, metric_name: metricName, team, title, version: version?.toString(), path: window.location.pathname + window.location.search };
  const query = new URLSearchParams(Object.entries(known).filter((e): e is [string, string] => Boolean(e[1])));
  return (
    <ButtonLink variant="default" href={`/actions/new?${query.toString()}`}>
      {label ?? t('agree')}
    </ButtonLink>
  );
}
