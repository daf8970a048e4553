import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const binary = process.env.RAPPORT_BIN ?? resolve(fileURLToPath(import.meta.url), '../../../bin/rapport');

/** Starts the real binary on a free port with a database of its own; says where it is and, on a new instance, its set-up code. */
export async function startServer({ demo }) {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-e2e-'));
  const child = spawn(binary, ['serve'], {
    cwd: folder,
    env: { ...process.env, RAPPORT_ADDR: '127.0.0.1:0', RAPPORT_DB: `sqlite:${join(folder, 'rapport.db')}`, RAPPORT_DEMO: demo ? '1' : '0', RAPPORT_NO_JOBS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const url = await new Promise((found, failed) => {
    const patience = setTimeout(() => failed(new Error(`the server did not become ready\n${log}`)), 600_000);
    const read = (chunk) => {
      log += chunk;
      const ready = /ready: (http:\/\/\S+)/.exec(log);
      if (!ready || (!demo && !/set-up code: \S+/.test(log))) return;
      clearTimeout(patience);
      found(ready[1].replace(/\/$/, ''));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', failed);
    child.on('exit', (code) => failed(new Error(`the server ended with ${code}\n${log}`)));
  });
  return {
    url,
    code: /set-up code: (\S+)/.exec(log)?.[1],
    log: () => log,
    async stop() {
      const gone = new Promise((done) => child.on('exit', done));
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
