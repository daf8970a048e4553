import { Switch } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';

/** Each rule can be switched off, in the app and by mail, for oneself. */
export function Rules() {
  const { t } = useTranslation('alerts');
  const queries = useQueryClient();
  const settings = api.useQuery('get', '/alert-settings', {});
  const save = api.useMutation('put', '/alert-settings', { onSuccess: () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/alert') }) });
  if (settings.isError) return <ProblemNotice error={settings.error} retry={() => void settings.refetch()} />;
  if (!settings.data) return null;
  const { rules, mails } = settings.data;
  const turn = (kind: (typeof rules)[number]['kind'], where: 'app' | 'mail', on: boolean) => {
    const off = (place: 'app' | 'mail') => rules.filter((r) => !(r.kind === kind && place === where ? on : r[place])).map((r) => r.kind);
    save.mutate({ body: { off_app: off('app'), off_mail: off('mail') } });
  };
  return (
    <Panel title={t('rules.title')} subtitle={mails ? t('rules.subtitle') : t('rules.noMail')} flush>
      {save.isError && <ProblemNotice error={save.error} />}
      <Table caption={t('rules.title')}>
        <thead>
          <tr>
            <th scope="col">{t('rules.rule')}</th>
            <th scope="col">{t('rules.app')}</th>
            <th scope="col">{t('rules.mail')}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((r) => (
            <tr key={r.kind}>
              <th scope="row">{t(`rule.${r.kind}`)}</th>
              <td>
                <Switch aria-label={`${t('rules.app')}: ${t(`kind.${r.kind}`)}`} checked={r.app} disabled={save.isPending} onChange={(e) => turn(r.kind, 'app', e.currentTarget.checked)} />
              </td>
              <td>
                <Switch aria-label={`${t('rules.mail')}: ${t(`kind.${r.kind}`)}`} checked={r.mail} disabled={save.isPending || !mails} onChange={(e) => turn(r.kind, 'mail', e.currentTarget.checked)} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
