import { describe, expect, it } from 'vitest';
import { filesBelow, read } from './house.js';

const defined = new Set(
  [...read('docs/rules.md').matchAll(/^- \*\*([MSALDP]\d{1,2})\*\*/gm)].map((match) => match[1]!),
);
const texts = ['libs', 'apps', 'test', 'samples', 'docs'].flatMap((folder) =>
  filesBelow(folder, (path) => /\.(ts|tsx|md|ya?ml)$/.test(path) && path !== 'docs/rules.md'),
);

describe('rule ids', () => {
  it('are stated once each in docs/rules.md', () => {
    const stated = [...read('docs/rules.md').matchAll(/^- \*\*([MSALDP]\d{1,2})\*\*/gm)].map(
      (match) => match[1],
    );
    expect(stated.length).toBe(new Set(stated).size);
    expect(stated.length).toBeGreaterThan(60);
  });

  it('that are cited anywhere exist there', () => {
    const unknown = texts.flatMap((path) =>
      [...read(path).matchAll(/(?<![\w#.$/-])([MSALDP]\d{1,2})(?![\w-])/g)]
        .map((match) => match[1]!)
        .filter((id) => !defined.has(id))
        .map((id) => `${path} cites ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it('of mapping each name at least one test', () => {
    const tests = filesBelow('libs', (path) => path.endsWith('.test.ts'))
      .map(read)
      .join('\n');
    const untested = [...defined].filter(
      (id) => id.startsWith('M') && !new RegExp(`\\b${id}\\b`).test(tests),
    );
    expect(untested).toEqual([]);
  });
});
