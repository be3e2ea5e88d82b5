import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../e2e/running-demo.js';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** Servers are started only where the run has servers at all, which is what it says of itself when it begins. */
export const canKillPostgres = Boolean(process.env['TEST_DATABASE_URL'] && postgresBin());
export const canKillRedis = Boolean(process.env['TEST_REDIS_URL'] && onPath('redis-server'));
for (const [asked, there, what] of [
  [process.env['TEST_DATABASE_URL'], canKillPostgres, 'initdb and pg_ctl'],
  [process.env['TEST_REDIS_URL'], canKillRedis, 'redis-server'],
]) {
  if (asked && !there)
    console.log(`Left out, for want of it: what kills a server of its own (install ${what}).`);
}

export interface OwnPostgres {
  readonly url: string;
  /** SIGKILL to every process of the server, as a machine would that runs out of memory. */
  killAll(): void;
  /** SIGKILL to one that serves a client: the server ends all others and recovers by itself. */
  killOne(): Promise<void>;
  start(): Promise<void>;
  untilReady(): Promise<void>;
  remove(): Promise<void>;
}

/** A PostgreSQL that nobody else uses, behind a socket in a temporary folder. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const bin = postgresBin()!;
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-pg-'));
  const data = join(folder, 'pg');
  await chmod(folder, 0o755);
  if (isRoot) {
    await chown(folder, idOfPostgres('-u'), idOfPostgres('-g'));
  }
  const asPostgres = (program: string, ...args: string[]) =>
    isRoot
      ? run('runuser', ['-u', 'postgres', '--', join(bin, program), ...args])
      : run(join(bin, program), args);
  await asPostgres(
    'initdb',
    '-D',
    data,
    '-U',
    'test',
    '-A',
    'trust',
    '--no-sync',
    '--locale=C.UTF-8',
    '-E',
    'UTF8',
  );
  // What a killed process has written the machine still has; only a power cut would need fsync.
  const options = `-k ${folder} -c listen_addresses='' -c fsync=off -c max_connections=100`;
  const log = join(folder, 'log');
  const url = `postgres://test@localhost/postgres?host=${folder}`;
  const start = async () =>
    void (await asPostgres('pg_ctl', '-D', data, '-w', '-l', log, '-o', options, 'start'));
  const postmaster = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  const killAll = () => {
    const parent = postmaster();
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
    for (const pid of [parent, ...children.trim().split(/\s+/).map(Number)]) killIfThere(pid);
  };
  const untilReady = async () => {
    const end = Date.now() + 15_000;
    for (;;) {
      try {
        await asking(url, 'select 1');
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
        await pause(50);
      }
    }
  };
  await start();
  return {
    url,
    killAll,
    killOne: async () => {
      await untilReady();
      const { rows } = await asking(
        url,
        `select pid from pg_stat_activity where application_name = 'idp-roles' order by random() limit 1`,
      );
      if (rows[0]) killIfThere(Number(rows[0]['pid']));
    },
    // What was killed may still be letting go of its memory.
    start: async () => {
      for (let left = 20; ; left--) {
        try {
          return await start();
        } catch (error) {
          if (left === 0) throw error;
          await pause(100);
        }
      }
    },
    untilReady,
    remove: async () => {
      await asPostgres('pg_ctl', '-D', data, '-m', 'immediate', 'stop').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface OwnRedis {
  readonly url: string;
  kill(): Promise<void>;
  /** It stays there and says nothing, until it goes on. */
  freeze(): void;
  goOn(): void;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** A Redis that nobody else uses, and that keeps nothing. */
export async function ownRedis(): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-redis-'));
  const port = await freePort();
  const launch = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (/ready to accept connections/i.test(said)) break;
    }
    return child;
  };
  let server = await launch();
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    freeze: () => void server.kill('SIGSTOP'),
    goOn: () => void server.kill('SIGCONT'),
    start: async () => void (server = await launch()),
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function asking(url: string, statement: string) {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query<Record<string, unknown>>(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function idOfPostgres(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** Where initdb and pg_ctl are: on the path, or where Debian puts the newest. */
function postgresBin(): string | undefined {
  const found = onPath('initdb');
  if (found) return join(found, '..');
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}
