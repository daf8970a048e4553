import type { IncomingMessage, ServerResponse } from 'node:http';
import { detailOf } from './fixtures/detail';
import { badResult, goodResult, imports, preview } from './fixtures/imports';
import { metrics } from './fixtures/metrics';
import { closedTeam, employees, history, partners, teams } from './fixtures/org';
import { report, runs } from './fixtures/report';
import { apiKeys, signedIn, signedOut, users } from './fixtures/session';
import { audit, events, jobRuns, jobs } from './fixtures/work';

// Answers the API from fixtures while developing without the Go server (FIXTURES=1 npm run dev). Not part of the build.
let here = !process.env.SIGNED_OUT;
let bad = 0;

type Answer = (parts: string[], url: URL) => unknown;

const operation = (more: object) => ({ id: 'op-1', kind: 'import', state: 'done', done: 1702, total: 1702, started_at: '2026-11-22T08:00:00Z', ...more });
const list = (items: unknown[]) => ({ items });

const routes: [RegExp, Answer][] = [
  [/^GET \/session$/, () => (here ? signedIn : signedOut)],
  [/^POST \/session(\/demo)?$/, () => ((here = true), signedIn)],
  [/^DELETE \/session$/, () => ((here = false), undefined)],
  [/^GET \/runs$/, () => list(runs)],
  [/^POST \/runs$/, () => operation({ kind: 'correlate', result_id: 'r-2' })],
  [/^GET \/runs\/[^/]+$/, () => report],
  [/^GET \/runs\/[^/]+\/findings\/([^/]+)$/, ([id = '']) => detailOf(decodeURIComponent(id))],
  [/^GET \/metrics$/, () => list(metrics)],
  [/^GET \/metrics\/([^/]+)$/, ([id]) => metrics.find((m) => m.id === id)],
  [/^GET \/metrics\/[^/]+\/values$/, () => list(teams.filter((t) => t.leaf).flatMap((t, i) => [2017, 2018, 2019].map((y) => (i === 1 && y === 2018 ? { team_id: t.id, period: String(y), not_shown: true } : { team_id: t.id, period: String(y), value: 6.9 + i / 10 + (y - 2017) / 20, n: 400 + i }))))],
  [/^POST \/values$/, () => goodResult],
  [/^GET \/events$/, () => list(events)],
  [/^GET \/teams$/, (_, url) => list(url.searchParams.get('closed') ? [...teams, closedTeam] : teams)],
  [/^GET \/teams\/([^/]+)$/, ([id]) => ({ team: teams.find((t) => t.id === id) ?? closedTeam, history })],
  [/^GET \/employees$/, () => list(employees)],
  [/^GET \/partners$/, () => list(partners)],
  [/^POST \/uploads$/, () => ({ id: 'up-1', name: 'nhs.csv', size: 123456 })],
  [/^POST \/uploads\/[^/]+\/preview$/, () => preview],
  [/^GET \/imports-waiting$/, () => list([])],
  [/^GET \/imports$/, () => list(imports)],
  [/^POST \/imports$/, () => operation({ state: 'running' })],
  [/^GET \/mappings$/, () => list([])],
  [/^GET \/operations\/.*$/, () => (bad++ % 2 === 0 && process.env.BAD ? operation({ import: badResult }) : operation({ import: goodResult, result_id: 'i-1' }))],
  [/^GET \/jobs$/, () => list(jobs)],
  [/^GET \/jobs\/[^/]+\/runs$/, () => list(jobRuns)],
  [/^POST \/jobs\/[^/]+\/runs$/, () => operation({ kind: 'job' })],
  [/^GET \/audit-entries$/, () => list(audit)],
  [/^GET \/audit-verification$/, () => ({ whole: true, entries: 120, head: audit[0]?.hash })],
  [/^GET \/users$/, () => list(users)],
  [/^POST \/users$/, () => ({ user: users[3], mailed: false, link: 'https://rapport.example/set-password#token=abc' })],
  [/^GET \/api-keys$/, () => list(apiKeys)],
  [/^POST \/api-keys$/, () => ({ key: apiKeys[0], secret: 'rp_5f2c…' })],
];

export function answer(req: IncomingMessage, res: ServerResponse): void {
  const url = new URL(req.url ?? '/', 'http://fixtures');
  const asked = `${req.method} ${url.pathname}`;
  const found = routes.find(([pattern]) => pattern.test(asked));
  req.resume();
  const body = found?.[1](found[0].exec(asked)?.slice(1) ?? [], url);
  if (!found || (body === undefined && req.method === 'GET')) {
    res.writeHead(404, { 'Content-Type': 'application/problem+json' });
    res.end(JSON.stringify({ type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', detail: 'There is nothing at this address.' }));
    return;
  }
  res.writeHead(body === undefined ? 204 : url.pathname === '/uploads' ? 201 : 200, { 'Content-Type': 'application/json' });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}
