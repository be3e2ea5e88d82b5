import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node, npm } from './run.js';
import { dropStale } from './stale.js';
import { inTurn } from './turn.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A public package as npm would publish it. */
export interface Packed extends Manifest {
  /** The package's folder in the repository. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths in the tarball, from the package's folder. */
  readonly files: readonly string[];
}

export const publicPackages = readdirSync(join(root, 'libs'))
  .map((name) => join(root, 'libs', name))
  .map((folder) => ({
    ...(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest),
    folder,
  }))
  .filter((manifest) => !manifest.private);

/** Builds everything and packs what is public into a folder that exists. Test files run beside each other: one packs at a time. */
export async function packInto(destination: string): Promise<readonly Packed[]> {
  const { stdout } = await inTurn(join(root, 'node_modules/.idp-roles-pack.lock'), async () => {
    await node(root, [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
    for (const { folder } of publicPackages) dropStale(folder);
    const workspaces = publicPackages.map(({ folder }) => `--workspace=${folder}`);
    return npm(root, [
      'pack',
      '--json',
      '--ignore-scripts',
      `--pack-destination=${destination}`,
      ...workspaces,
    ]);
  });
  const listed = Object.values(JSON.parse(stdout) as { name: string; files: { path: string }[] }[]);
  return publicPackages.map((manifest) => ({
    ...manifest,
    tarball: join(destination, `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`),
    files: listed.find(({ name }) => name === manifest.name)!.files.map(({ path }) => path),
  }));
}
