import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import classes from '../Initiatives.module.css';

const fields = ['currency', 'fiscal_start', 'discount', 'chain', 'rates', 'prices'] as const;

/** Who changed which price or rate, when and why. Every statement names the version it was made with. */
export function HistoryPanel() {
  const { t } = useTranslation('returns');
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
            {items.map(({ settings: s, changed }) => (
              <tr key={s.version}>
                <th scope="row">{s.version}</th>
                <td data-label={t('history.when')}>
                  {s.at && formatTime(s.at)}
                  <span className={classes.small}>
                    <bdi>{s.by}</bdi>
                  </span>
                </td>
                <td data-label={t('history.what')}>
                  {changed.length === 0 && t('history.first')}
                  {changed.map((c) => {
                    const field = fields.find((f) => f === c.field);
                    return (
                      <details key={c.field}>
                        <summary>{field ? t(`history.field.${field}`) : c.field}</summary>
                        <span className={classes.small}>
                          <bdi dir="ltr">
                            {c.before} → {c.after}
                          </bdi>
                        </span>
                      </details>
                    );
                  })}
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
