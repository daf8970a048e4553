import { Button, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useMay } from '@/api/session';
import { ButtonLink } from '@/components/ButtonLink';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { RowsSkeleton } from '@/components/PageSkeleton';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { useKept } from '@/components/useKept';
import { NewTeamDialog } from './NewTeamDialog';
import { TeamDialog } from './TeamDialog';
import classes from './Teams.module.css';
import { TeamsTable } from './TeamsTable';

export function TeamsPage() {
  const { t } = useTranslation('org');
  const may = useMay();
  const [shown, setShown] = useKept('closed');
  const closed = shown !== '';
  const [search, setSearch] = useKept('q');
  const [open, setOpen] = useKept('team');
  const [adding, setAdding] = useState(false);
  const teams = api.useQuery('get', '/teams', { params: { query: closed ? { closed: true } : {} } }, { placeholderData: (kept) => kept });
  const writes = may('teams.write');
  const items = teams.data?.items ?? [];
  const add = writes && <Button onClick={() => setAdding(true)}>{t('teams.new')}</Button>;
  return (
    <Page title={t('teams.title')} lead={t('teams.lead')} actions={items.length > 0 && add}>
      {teams.isPending && <RowsSkeleton />}
      {teams.isError && <ProblemNotice error={teams.error} retry={() => void teams.refetch()} />}
      {teams.data && items.length === 0 && !closed && (
        <EmptyState
          title={t('teams.none.title')}
          actions={
            writes && (
              <>
                {add}
                <ButtonLink href="/imports/new" variant="default">
                  {t('teams.none.import')}
                </ButtonLink>
              </>
            )
          }
        >
          {t('teams.none.body')}
        </EmptyState>
      )}
      {(items.length > 0 || closed) && (
        <>
          <div className={classes.tools}>
            <TextInput type="search" aria-label={t('teams.search')} placeholder={t('teams.search')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} />
            <Switch label={t('teams.showClosed')} checked={closed} onChange={(e) => setShown(e.currentTarget.checked ? '1' : '')} />
          </div>
          <Panel flush>
            <TeamsTable teams={items} search={search} onOpen={setOpen} />
          </Panel>
        </>
      )}
      {adding && <NewTeamDialog teams={items} onClose={() => setAdding(false)} />}
      {open && <TeamDialog id={open} teams={items} onClose={() => setOpen('')} />}
    </Page>
  );
}
