import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import classes from './Access.module.css';
import { ApiKeys } from './ApiKeys';
import { Invited } from './Invited';
import { UserDialog } from './UserDialog';

type User = Schemas['User'];

export function AccessPage() {
  const { t } = useTranslation(['admin', 'app']);
  const users = api.useInfiniteQuery(
    'get',
    '/users',
    { params: { query: { limit: 200 } } },
    { initialPageParam: null, pageParamName: 'cursor', getNextPageParam: (page) => page.next_cursor || undefined },
  );
  const teams = api.useQuery('get', '/teams', { params: { query: {} } });
  const [open, setOpen] = useState<User | 'new'>();
  const [invited, setInvited] = useState<Schemas['InvitedUser']>();
  const items = users.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('title')} lead={t('lead')} actions={<Button data-invite onClick={() => setOpen('new')}>{t('invite')}</Button>}>
      {invited && <Invited invited={invited} />}
      {users.isPending && <RowsSkeleton rows={5} />}
      {users.isError && <ProblemNotice error={users.error} retry={() => void users.refetch()} />}
      {items.length > 0 && (
        <Panel title={t('users.title')} flush>
          <People items={items} teams={teams.data?.items ?? []} onEdit={setOpen} />
          {users.hasNextPage && (
            <Button m="sm" size="xs" variant="default" loading={users.isFetchingNextPage} onClick={() => void users.fetchNextPage()}>
              {t('app:more')}
            </Button>
          )}
        </Panel>
      )}
      <ApiKeys />
      {open && (
        <UserDialog
          user={open === 'new' ? undefined : open}
          teams={teams.data?.items ?? []}
          onInvited={setInvited}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Page>
  );
}

function People({ items, teams, onEdit }: { items: User[]; teams: Schemas['Team'][]; onEdit: (user: User) => void }) {
  const { t } = useTranslation(['admin', 'words', 'app']);
  const names = useMemo(() => new Map(teams.map((team) => [team.id, team.name])), [teams]);
  const state = (user: User) => (!user.active ? t('users.inactive') : user.invited ? t('users.invited') : t('users.active'));
  const scope = (user: User) => {
    if (user.role !== 'lead') return t('users.everything');
    return user.team_ids.length > 0 ? user.team_ids.map((id) => names.get(id) ?? id).join(', ') : t('users.noTeams');
  };
  return (
    <Table caption={t('users.caption')} cards>
      <thead>
        <tr>
          <th scope="col">{t('users.name')}</th>
          <th scope="col">{t('users.role')}</th>
          <th scope="col">{t('users.teams')}</th>
          <th scope="col">{t('users.state')}</th>
          <th scope="col">{t('users.seen')}</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {items.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              <bdi>{user.name}</bdi>
              <span className={classes.mail}>
                <bdi dir="ltr">{user.email}</bdi>
              </span>
            </th>
            <td>{t(`words:role.${user.role}`)}</td>
            <td>
              <bdi>{scope(user)}</bdi>
            </td>
            <td>{state(user)}</td>
            <td data-label={t('users.seen')}>{user.last_seen_at ? formatTime(user.last_seen_at) : t('app:never')}</td>
            <td>
              <Button size="xs" variant="default" aria-label={t('users.editOf', { name: user.name })} onClick={() => onEdit(user)}>
                {t('app:edit')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
