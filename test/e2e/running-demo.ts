import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import pg from 'pg';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where a demo keeps its data: variables of its environment, and how to clear up. */
export interface Servers {
  readonly environment: Record<string, string>;
  drop(): Promise<void>;
}

/** A database of its own on the test's PostgreSQL, and the test's Redis; undefined where either is not there. */
export async function ownServers(): Promise<Servers | undefined> {
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env;
  if (!TEST_DATABASE_URL || !TEST_REDIS_URL) return undefined;
  const name = `demo_${randomBytes(6).toString('hex')}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: TEST_DATABASE_URL });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = `/${name}`;
  return {
    environment: { DATABASE_URL: url.href, REDIS_URL: TEST_REDIS_URL },
    drop: () => run(`drop database ${name} with (force)`),
  };
}

export interface RunningDemo {
  readonly url: string;
  readonly idp: string;
  readonly serviceKey: string;
  /** What it has printed so far. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/** The built demo as its own process, on a fresh data folder and free ports. */
export async function runDemo(environment: Record<string, string> = {}): Promise<RunningDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-demo-'));
  const [port, simulatorPort] = await Promise.all([freePort(), freePort()]);
  const serviceKey = 'service-key-of-the-e2e-tests-0123456789';
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, 'apps/demo/dist/main.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      PORT: String(port),
      SIMULATOR_PORT: String(simulatorPort),
      DATA_DIR: join(folder, 'data'),
      IDP_ROLES_SERVICE_KEY: serviceKey,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://localhost:${port}`;
  await untilReady(url, child, () => output);
  return {
    url,
    idp: `http://localhost:${simulatorPort}`,
    serviceKey,
    output: () => output,
    stop: async () => {
      await stopped(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const end = Date.now() + 30_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`the demo stopped with ${child.exitCode}:\n${output()}`);
    const ready = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`the demo was not ready after 30 s:\n${output()}`);
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null) return resolve();
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('the demo did not stop within 10 s of SIGTERM'));
    }, 10_000);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Edits a person at the simulator, as its page does. */
export async function editPerson(idp: string, login: string, edit: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${idp}/api/people/${login}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(edit),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
}
