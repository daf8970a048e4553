import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, client } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Notice } from '@/components/Notice';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatCount, formatTime } from '@/i18n/format';

export function AuditPage() {
  const { t } = useTranslation(['audit', 'app']);
  const list = api.useInfiniteQuery(
    'get',
    '/audit-entries',
    { params: { query: { limit: 100 } } },
    { initialPageParam: null, pageParamName: 'cursor', getNextPageParam: (page) => page.next_cursor || undefined },
  );
  const verify = useMutation({
    mutationFn: async () => {
      const { data, error } = await client.GET('/audit-verification');
      if (error) throw error;
      return data;
    },
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t('verify')}
        </Button>
      }
    >
      {verify.isError && <ProblemNotice error={verify.error} />}
      {verify.data &&
        (verify.data.whole ? (
          <Notice tone="good" title={t('whole')} live>
            {t('wholeBody', { count: verify.data.entries })}{' '}
            <bdi dir="ltr" style={{ fontFamily: 'var(--mantine-font-family-monospace)', overflowWrap: 'anywhere' }}>
              {verify.data.head}
            </bdi>
          </Notice>
        ) : (
          <Notice tone="bad" title={t('broken', { seq: formatCount(verify.data.broken_at ?? 0) })} live>
            {t('brokenBody')}
          </Notice>
        ))}
      {list.isPending && <RowsSkeleton />}
      {list.isError && <ProblemNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && <p>{t('none')}</p>}
      {items.length > 0 && (
        <Panel flush>
          <Table caption={t('caption')} cards>
            <thead>
              <tr>
                <th scope="col" data-num>
                  {t('col.seq')}
                </th>
                <th scope="col">{t('col.at')}</th>
                <th scope="col">{t('col.actor')}</th>
                <th scope="col">{t('col.action')}</th>
                <th scope="col">{t('col.object')}</th>
                <th scope="col">{t('col.detail')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((entry) => (
                <tr key={entry.seq}>
                  <td data-label={t('col.seq')} data-num>
                    <Bdi>{formatCount(entry.seq)}</Bdi>
                  </td>
                  <td data-label={t('col.at')} style={{ whiteSpace: 'nowrap' }}>
                    {formatTime(entry.at)}
                  </td>
                  <td data-label={t('col.actor')}>
                    <bdi title={entry.actor}>{entry.by ?? entry.actor}</bdi>
                  </td>
                  <td data-label={t('col.action')}>
                    {entry.did ? <span title={entry.action}>{entry.did}</span> : <bdi dir="ltr">{entry.action}</bdi>}
                  </td>
                  <td data-label={t('col.object')} style={{ overflowWrap: 'anywhere', color: 'var(--ink-soft)' }}>
                    {entry.object && <bdi>{entry.object}</bdi>}
                  </td>
                  <td data-label={t('col.detail')}>
                    {Object.entries(entry.detail ?? {}).map(([name, value]) => value !== '' && (
                      <div key={name} style={{ overflowWrap: 'anywhere' }}>
                        <bdi>
                          {name}: {value}
                        </bdi>
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
          {list.hasNextPage && (
            <div style={{ padding: '10px 20px 14px' }}>
              <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('app:more')}
              </Button>
            </div>
          )}
        </Panel>
      )}
    </Page>
  );
}
