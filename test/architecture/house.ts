import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.data', 'test-artefacts', 'coverage']);

/** Files below `folder`, as paths from the repository's root with `/`. */
export function filesBelow(folder: string, accept: (path: string) => boolean): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => LEFT_OUT.has(part)) && accept(path));
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Static and dynamic imports, re-exports and `import('…')` types. SQL that says `from "${schema}"` is none. */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)(['"])([^'"\n$]+)\1/gm;
  for (const match of source.matchAll(pattern)) {
    found.push({ specifier: match[2]!, line: source.slice(0, match.index).split('\n').length });
  }
  return found;
}

export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}
