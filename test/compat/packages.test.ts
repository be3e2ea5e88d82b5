import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packInto, publicPackages, root, type Packed } from './packed.js';
import { node } from './run.js';

let folder: string;
let packages: readonly Packed[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'idp-roles-packages-'));
  packages = await packInto(folder);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const attw = join(
  dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
  'dist/index.js',
);

describe.each(publicPackages.map(({ name }) => name))('%s, packed', (name) => {
  const packed = () => packages.find((one) => one.name === name)!;

  test('publint has nothing to say', async () => {
    const { tarball } = packed();
    const bytes = await readFile(tarball);
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: new Uint8Array(bytes).buffer },
    });
    expect(messages.map((message) => formatMessage(message, pkg!, { color: false }))).toEqual([]);
  });

  test('its types resolve as its code does, for whoever imports ESM', async () => {
    await node(folder, [attw, packed().tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji']);
  }, 60_000);

  test('holds every file that its exports and source maps name, and nothing of the build or the tests', () => {
    const { exports, files, folder: source } = packed();
    const named = Object.values(exports).flatMap((conditions) => Object.values(conditions));
    const mapped = files
      .filter((path) => path.endsWith('.map'))
      .flatMap((path) => {
        const { sources } = JSON.parse(readFileSync(join(source, path), 'utf8')) as { sources: string[] };
        return sources.map((to) => join(dirname(path), to));
      });
    const there = new Set(files);
    expect(
      [...named.map((path) => path.replace('./', '')), ...mapped].filter((path) => !there.has(path)),
    ).toEqual([]);
    expect(
      files.filter((path) => !/^(dist|src)\/.*\.(ts|js|map)$|^package\.json$|^[A-Z]+(\.md)?$/.test(path)),
    ).toEqual([]);
  });

  test('can be required, so no module of its graph awaits at its top level', async () => {
    const { exports, folder: built } = packed();
    const entries = Object.values(exports).map((conditions) => join(built, conditions['default']!));
    const script = `for (const entry of ${JSON.stringify(entries)}) if (!Object.keys(require(entry)).length) throw entry`;
    await node(root, ['--input-type=commonjs', '--eval', script]);
  });
});

test('knip finds nothing that is unused, unlisted or unresolved', async () => {
  await node(root, [join(root, 'node_modules/knip/bin/knip.js'), '--no-progress']);
}, 120_000);
