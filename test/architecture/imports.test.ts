import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { filesBelow, importsOf, packageOf, read, root } from './house.js';
import { existsSync, readdirSync } from 'node:fs';

/** The floor a package stands on: imports run strictly downwards. */
const FLOORS: Readonly<Record<string, number>> = {
  mapping: 0,
  access: 0,
  outbound: 0,
  store: 1,
  'use-cases': 2,
  saml: 3,
  oidc: 3,
  scim: 3,
  nestjs: 4,
};
/** Outside the floors: nothing of the product may import them, and they import nothing of it. */
const APART = new Set(['portal', 'simulator']);
/** Run in the browser too. */
const PURE = ['mapping', 'access'];

const packages = readdirSync(join(root, 'libs'));
const sourcesOf = (name: string) => filesBelow(`libs/${name}/src`, (path) => /\.tsx?$/.test(path));
interface Manifest {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
const manifestOf = (folder: string) => JSON.parse(read(`${folder}/package.json`)) as Manifest;

describe.each(packages)('libs/%s', (name) => {
  const sources = sourcesOf(name);
  const manifest = manifestOf(`libs/${name}`);
  const listed = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);

  it('has sources, and a floor to stand on', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(APART.has(name) || FLOORS[name] !== undefined).toBe(true);
  });

  it('imports only what its package.json lists', () => {
    const strangers = sources.flatMap((path) =>
      importsOf(read(path))
        .filter(({ specifier }) => !specifier.startsWith('.'))
        .filter(({ specifier }) => !specifier.startsWith('node:') && !builtinModules.includes(specifier))
        .filter(({ specifier }) => !listed.has(packageOf(specifier)))
        .map(({ specifier, line }) => `${path}:${line} imports ${specifier}`),
    );
    expect(strangers).toEqual([]);
  });

  it('imports siblings of lower floors only', () => {
    const upwards = [...listed]
      .filter((dependency) => dependency.startsWith('@idp-roles/'))
      .map((dependency) => dependency.slice('@idp-roles/'.length))
      .filter((sibling) => APART.has(name) || APART.has(sibling) || !(FLOORS[sibling]! < FLOORS[name]!));
    expect(upwards).toEqual([]);
  });

  it('has no import cycle, type-only imports included', () => {
    const graph = new Map(
      sources.map((path) => [
        path,
        importsOf(read(path))
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) => join(dirname(path), specifier).replace(/\.js$/, '.ts'))
          .map((target) => (graphHas(sources, target) ? target : target.replace(/\.ts$/, '.tsx'))),
      ]),
    );
    expect(cyclesIn(graph)).toEqual([]);
  });

  it('has no top-level await, so that CommonJS hosts can require it', () => {
    expect(
      sources.filter((path) => /^(?:await|(?:const|let|export const) [^=\n]*= await)\b/m.test(read(path))),
    ).toEqual([]);
  });
});

it.each(PURE)('libs/%s imports nothing but itself, so that it runs in a browser', (name) => {
  const outside = sourcesOf(name).flatMap((path) =>
    importsOf(read(path)).filter(({ specifier }) => !specifier.startsWith('.')),
  );
  expect(outside).toEqual([]);
});

it('apps import packages by their public names only', () => {
  const deep = filesBelow('apps', (path) => path.includes('/src/') && path.endsWith('.ts')).flatMap((path) =>
    importsOf(read(path))
      .filter(
        ({ specifier }) => specifier.includes('/libs/') || /^@idp-roles\/[^/]+\/(?!testing$)/.test(specifier),
      )
      .map(({ specifier }) => `${path} imports ${specifier}`),
  );
  expect(deep).toEqual([]);
});

it('tsconfig references of a package are the siblings its package.json lists', () => {
  for (const name of packages) {
    const { references = [] } = JSON.parse(read(`libs/${name}/tsconfig.json`)) as {
      references?: { path: string }[];
    };
    const siblings = Object.keys(manifestOf(`libs/${name}`).dependencies ?? {})
      .filter((dependency) => dependency.startsWith('@idp-roles/'))
      .map((dependency) => `../${dependency.slice('@idp-roles/'.length)}`);
    expect(references.map(({ path }) => path).toSorted(), name).toEqual(siblings.toSorted());
    for (const { path } of references)
      expect(existsSync(join(root, 'libs', name, path, 'package.json'))).toBe(true);
  }
});

function graphHas(sources: readonly string[], path: string): boolean {
  return sources.includes(path);
}

function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path)) return;
    done.add(path);
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}
