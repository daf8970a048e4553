import { Button, NativeSelect } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { saveFile } from '@/api/download';
import { useMay } from '@/api/session';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Subscribe } from '@/components/Subscribe';
import { currentLocale } from '@/i18n/locale-now';
import classes from './Reports.module.css';

type Report = Schemas['Report'];

/** Which quarter and version, the files, and the name under it. */
export function Bar({ report }: { report: Report }) {
  const { t } = useTranslation('reports');
  const [, go] = useLocation();
  const { quarter, team_id: team, version } = report.head;
  const query = { team };
  const quarters = api.useQuery('get', '/reports', { params: { query } });
  const versions = api.useQuery('get', '/reports/{quarter}/versions', { params: { path: { quarter }, query } });
  const newest = versions.data?.items[0]?.version ?? version;
  const to = (q: string, v?: number) => {
    const search = new URLSearchParams({ ...(team && { team }), ...(v !== undefined && { version: String(v) }) }).toString();
    go(`/reports/${q}${search && `?${search}`}`);
  };
  const file = (kind: string) => {
    const search = new URLSearchParams({ locale: currentLocale(), version: String(version), ...(team && { team }) });
    return `/api/v1/reports/${quarter}/${kind}?${search.toString()}`;
  };
  return (
    <div className={classes.bar}>
      <NativeSelect
        aria-label={t('quarter')}
        dir="ltr"
        value={quarter}
        onChange={(e) => to(e.currentTarget.value)}
        data={(quarters.data?.items ?? [report.head]).map((h) => ({ value: h.quarter, label: h.quarter }))}
      />
      {(versions.data?.items.length ?? 0) > 1 && (
        <NativeSelect
          aria-label={t('version')}
          value={String(version)}
          onChange={(e) => to(quarter, Number(e.currentTarget.value))}
          data={(versions.data?.items ?? []).map((h) => ({ value: String(h.version), label: t('versionNo', { version: h.version }) }))}
        />
      )}
      {(['pdf', 'xlsx', 'csv'] as const).map((kind) => (
        <FileLink key={kind} kind={kind} href={file(kind)} name={`rapport-${quarter}.${kind}`} />
      ))}
      <Button variant="default" onClick={() => saveFile(`rapport-${quarter}.json`, JSON.stringify(report, undefined, 2), 'application/json')}>
        JSON
      </Button>
      <Subscribe report={{ team }} />
      {!team && version === newest && <Again report={report} />}
      {report.head.state === 'draft' && version === newest && <Approve report={report} />}
    </div>
  );
}

// A PDF may take some seconds and may not be had now: the page says so, where a plain link would save the refusal as a file.
function FileLink({ kind, href, name }: { kind: string; href: string; name: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const take = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await fetch(href, { headers: { 'Accept-Language': currentLocale() } });
      if (answer.ok) saveFile(name, await answer.blob(), answer.headers.get('Content-Type') ?? '');
      else setError(await answer.json());
    } catch (fault) {
      setError(fault);
    }
    setBusy(false);
  };
  const click = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!busy) void take();
  };
  return (
    <>
      <Button component="a" variant="default" href={href} download={name} onClick={click} loading={busy} data-file={kind}>
        {kind.toUpperCase()}
      </Button>
      {error !== undefined && (
        <div className={classes.fault} data-print="no">
          <ProblemNotice error={error} retry={() => void take()} />
        </div>
      )}
    </>
  );
}

// The job closes the newest quarter by itself; facts that come later than that are taken in by whoever runs the jobs.
function Again({ report }: { report: Report }) {
  const { t } = useTranslation('reports');
  const may = useMay();
  const [, go] = useLocation();
  const [asked, setAsked] = useState(false);
  const run = api.useMutation('post', '/jobs/{name}/runs', { onSuccess: () => go('/jobs') });
  if (!may('jobs.run')) return null;
  return (
    <>
      <Button variant="default" data-again onClick={() => setAsked(true)}>
        {t('again.button')}
      </Button>
      {asked && (
        <ConfirmDialog
          title={t('again.title', { title: report.title })}
          confirm={t('again.button')}
          busy={run.isPending}
          error={run.error ?? undefined}
          onConfirm={() => run.mutate({ params: { path: { name: 'close-quarter' } }, body: { as_of: report.head.to } })}
          onClose={() => setAsked(false)}
        >
          {t('again.body')}
        </ConfirmDialog>
      )}
    </>
  );
}

function Approve({ report }: { report: Report }) {
  const { t } = useTranslation('reports');
  const may = useMay();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const approve = api.useMutation('post', '/reports/{quarter}/approval');
  if (!may('reports.approve')) return null;
  const confirm = async () => {
    const { quarter, team_id: team, version } = report.head;
    await approve.mutateAsync({ params: { path: { quarter }, query: { team } }, body: { version } });
    setAsked(false);
    await queries.invalidateQueries();
  };
  return (
    <>
      <Button data-approve onClick={() => setAsked(true)}>
        {t('approve.button')}
      </Button>
      {asked && (
        <ConfirmDialog
          title={t('approve.title', { title: report.title })}
          confirm={t('approve.button')}
          busy={approve.isPending}
          error={approve.error ?? undefined}
          onConfirm={() => void confirm().catch(() => undefined)}
          onClose={() => setAsked(false)}
        >
          {t('approve.body')}
        </ConfirmDialog>
      )}
    </>
  );
}
