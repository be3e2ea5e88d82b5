import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packInto, root } from './packed.js';
import { environment, node, npm } from './run.js';

/** Its dependencies, hoisted beside ours, would hide one that we forgot to list. */
const NOT_INSTALLED = '@idp-roles/simulator';

let folder: string;
let host: string;
let leftOut = false;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'idp-roles-host-'));
  host = join(folder, 'host');
  const source = join(root, 'compat/nest11-cjs');
  await cp(source, host, {
    recursive: true,
    filter: (path) => !/^(node_modules|dist)$/.test(path.slice(source.length + 1)),
  });
  const packages = await packInto(folder);
  const tarballs = packages.filter(({ name }) => name !== NOT_INSTALLED).map(({ tarball }) => tarball);
  const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--fetch-retries=1'];
  try {
    await npm(host, ['install', '--no-save', ...quick, ...tarballs]);
  } catch (error) {
    if (process.env['CI'] || (await registryAnswers())) throw error;
    leftOut = true;
    console.warn('Left out, for want of it: the npm registry (the CommonJS host).');
  }
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a CommonJS host on Nest 11, from the packed packages', () => {
  test(
    'compiles, starts on plain Node and refuses who has no session',
    { timeout: 120_000 },
    async ({ skip }) => {
      if (leftOut) skip();
      await npm(host, ['run', 'build']);
      const child = spawn(process.execPath, ['dist/main.js'], {
        cwd: host,
        env: { ...environment, PORT: '0', DATA_DIR: join(folder, 'data'), NODE_ENV: 'development' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const exited = once(child, 'exit');
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk));
      try {
        const url = await Promise.race([listening(child.stdout), exited.then(() => undefined)]);
        expect(url, said).toMatch(/^http:/);
        expect((await fetch(`${url}/projects/api`, { headers: { connection: 'close' } })).status).toBe(401);
        child.kill('SIGTERM');
        expect(await exited).toEqual([null, 'SIGTERM']);
        expect(said).toBe('');
      } finally {
        child.kill('SIGKILL');
      }
    },
  );

  test(
    'compiles without `skipLibCheck`: our types need nothing that our packages do not bring',
    { timeout: 120_000 },
    async ({ skip }) => {
      if (leftOut) skip();
      const tsc = 'node_modules/typescript/bin/tsc';
      await node(host, [tsc, '-p', 'tsconfig.build.json', '--noEmit', '--skipLibCheck', 'false']);
    },
  );

  test('its own Jest suite passes', { timeout: 120_000 }, async ({ skip }) => {
    if (leftOut) skip();
    const { stderr } = await npm(host, ['test']);
    expect(stderr).toMatch(/^Test Suites: 2 passed, 2 total$/m);
    expect(stderr).toMatch(/^Tests: +7 passed, 7 total$/m);
    expect(stderr).not.toMatch(/did not exit|failed to exit|open handle/);
  });

  // Cold, it compiles our packages once more: too slow for every run.
  test.runIf(process.env['CI'])(
    'its Jest suite passes without a flag too, as on Node 22',
    { timeout: 180_000 },
    async () => {
      const { stderr } = await npm(host, ['run', 'test:node22']);
      expect(stderr).toMatch(/^Tests: +7 passed, 7 total$/m);
    },
  );
});

async function listening(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stdout })) {
    const [, url] = /^listening on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  return undefined;
}

const registryAnswers = (): Promise<boolean> =>
  npm(folder, ['ping', '--fetch-retries=0']).then(
    () => true,
    () => false,
  );
