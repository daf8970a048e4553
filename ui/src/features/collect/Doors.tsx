import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatTime } from '@/i18n/format';
import classes from './Collect.module.css';
import { DoorDialog, type Door } from './DoorDialog';
import { SecretDialog } from './SecretDialog';

/** What brings records by itself: webhooks, and places that files are fetched from. */
export function Doors() {
  const { t } = useTranslation('collect');
  const hooks = api.useQuery('get', '/hooks');
  const feeds = api.useQuery('get', '/feeds');
  const [editing, setEditing] = useState<Door | 'new'>();
  const [rotating, setRotating] = useState<Schemas['Hook']>();
  const [secret, setSecret] = useState<string>();
  const state = (at?: string, code?: string, detail?: string) => (at ? `${formatTime(at)} · ${code ? (detail ?? code) : t('doors.well')}` : t('doors.never'));
  const some = (hooks.data?.items.length ?? 0) + (feeds.data?.items.length ?? 0) > 0;
  return (
    <Panel
      title={t('doors.title')}
      subtitle={t('doors.subtitle')}
      flush
      actions={
        <Button size="xs" variant="default" onClick={() => setEditing('new')}>
          {t('doors.new')}
        </Button>
      }
    >
      {secret && (
        <Notice tone="warn" title={t('doors.secret')} live>
          <code className={classes.code} dir="ltr">
            {secret}
          </code>
        </Notice>
      )}
      {hooks.isError && <ProblemNotice error={hooks.error} />}
      {feeds.isError && <ProblemNotice error={feeds.error} />}
      {!some && <p className={classes.soft}>{t('doors.none')}</p>}
      {some && (
        <Table caption={t('doors.title')} cards>
          <thead>
            <tr>
              <th scope="col">{t('doors.name')}</th>
              <th scope="col">{t('health.door')}</th>
              <th scope="col">{t('doors.place')}</th>
              <th scope="col">{t('doors.state')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {hooks.data?.items.map((x) => (
              <tr key={x.id}>
                <th scope="row">
                  <bdi>{x.name}</bdi>
                </th>
                <td data-label={t('health.door')}>{t('door.webhook')}</td>
                <td data-label={t('doors.place')}>
                  <code className={classes.code} dir="ltr">
                    {x.address}
                  </code>
                </td>
                <td data-label={t('doors.state')}>{x.closed ? t('closed') : state(x.last_at, x.last_code)}</td>
                <td>
                  <Group gap="xs" wrap="nowrap">
                    <Button size="xs" variant="default" aria-label={t('editOf', { name: x.name })} onClick={() => setEditing({ door: 'webhook', now: x })}>
                      {t('edit')}
                    </Button>
                    <Button size="xs" variant="default" aria-label={t('doors.rotateOf', { name: x.name })} onClick={() => setRotating(x)}>
                      {t('doors.rotate')}
                    </Button>
                  </Group>
                </td>
              </tr>
            ))}
            {feeds.data?.items.map((x) => (
              <tr key={x.id}>
                <th scope="row">
                  <bdi>{x.name}</bdi>
                </th>
                <td data-label={t('health.door')}>{t('door.fetch')}</td>
                <td data-label={t('doors.place')}>
                  <code className={classes.code} dir="ltr">
                    {x.from}
                  </code>
                </td>
                <td data-label={t('doors.state')}>{x.closed ? t('closed') : state(x.last_at, x.last_code, x.last_detail)}</td>
                <td>
                  <Button size="xs" variant="default" aria-label={t('editOf', { name: x.name })} onClick={() => setEditing({ door: 'fetch', now: x })}>
                    {t('edit')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {editing && <DoorDialog item={editing === 'new' ? undefined : editing} folder={feeds.data?.folder ?? ''} onSecret={setSecret} onClose={() => setEditing(undefined)} />}
      {rotating && <SecretDialog hook={rotating} onSecret={setSecret} onClose={() => setRotating(undefined)} />}
    </Panel>
  );
}
