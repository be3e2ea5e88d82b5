import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const project = fileURLToPath(new URL('./typing', import.meta.url));

test('A3: wrong slugs, permissions, resource types and missing bindings do not compile', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', project]).catch(
    (failure: { stdout: string }) => failure,
  );
  expect(stdout).toBe('');
}, 120_000);
