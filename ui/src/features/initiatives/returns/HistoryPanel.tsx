import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { isolate } from '@/charts/isolate';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import { dateFormat } from '@/i18n/intl';
import classes from '../Initiatives.module.css';
import { benefitKinds } from '../plan/values';
import { changes, type Words } from './changes';

/** Who changed which price or rate, when and why. Every statement names the version it was made with. */
export function HistoryPanel() {
  const { t } = useTranslation('returns');
  const words = useWords();
  const history = api.useQuery('get', '/returns-settings/history', {});
  const items = history.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <div id="history">
      <Panel title={t('history.title')} subtitle={t('history.sub')} flush>
        <Table caption={t('history.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('history.version')}</th>
              <th scope="col">{t('history.when')}</th>
              <th scope="col">{t('history.what')}</th>
              <th scope="col">{t('history.why')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ settings: s }, k) => (
              <tr key={s.version}>
                <th scope="row">{s.version}</th>
                <td data-label={t('history.when')}>
                  {s.at && formatTime(s.at)}
                  <span className={classes.small}>
                    <bdi>{s.by}</bdi>
                  </span>
                </td>
                <td data-label={t('history.what')}>
                  {k === items.length - 1 ? (
                    t('history.first')
                  ) : (
                    <ul className={classes.plain}>
                      {changes(items[k + 1]?.settings ?? s, s, words).map((c) => (
                        <li key={c.label}>
                          {t('history.change', { label: isolate(c.label), before: isolate(c.before), after: isolate(c.after) })}
                        </li>
                      ))}
                    </ul>
                  )}
                </td>
                <td data-label={t('history.why')}>
                  <bdi>{s.reason}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Panel>
    </div>
  );
}

function useWords(): Words {
  const { t } = useTranslation(['returns', 'initiatives']);
  const metrics = api.useQuery('get', '/metrics', {});
  const month = dateFormat({ month: 'long', timeZone: 'UTC' });
  const benefit = (kind: string) => {
    const known = benefitKinds.find((x) => x === kind);
    return known ? t(`benefit.${known}`, { ns: 'initiatives' }) : kind;
  };
  return {
    label: (key) => (key === 'revenue' ? t('settings.revenuePlain') : t(`settings.${key}`)),
    rate: (name) => t('history.rate', { name }),
    price: (kind) => t('history.price', { name: benefit(kind) }),
    metric: (id) => metrics.data?.items.find((m) => m.id === id)?.name ?? id,
    month: (no) => month.format(new Date(Date.UTC(2024, no - 1, 1))),
    unset: t('history.unset'), yes: t('history.yes'), no: t('history.no'), byRule: t('settings.byRule'), added: t('history.added'), removed: t('history.removed'),
  };
}
