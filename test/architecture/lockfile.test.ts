import { describe, expect, it } from 'vitest';
import { read } from './house.js';

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const names = new Set(
  Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)),
);

describe('package-lock.json', () => {
  it('holds every optional package of another platform, without which `npm ci` refuses to start', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !names.has(name))
        .map((name) => `${path} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('names no address to download from', () => {
    const addresses = Object.values(packages).filter(({ resolved, link }) => !link && resolved !== undefined);
    expect(addresses).toEqual([]);
  });
});
