import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, root } from './house.js';

it('every test file on disk is collected by vitest', () => {
  const listed = execFileSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'list', '--filesOnly', '--json'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined },
    },
  );
  const collected = new Set(
    (JSON.parse(listed) as { file: string }[]).map(({ file }) => file.slice(root.length)),
  );
  const onDisk = ['libs', 'apps', 'test', 'samples'].flatMap((folder) =>
    filesBelow(folder, (path) => /\.(test|spec)\.[cm]?tsx?$/.test(path)),
  );
  expect(onDisk.filter((path) => !collected.has(path))).toEqual([]);
});
