import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const secretKeys = ['a key that is used by the tests of the store'];

/** Gone when the test is. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
