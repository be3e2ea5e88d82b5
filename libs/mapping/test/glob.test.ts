import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureSpelling, compileGlob, globCaptures } from '../src/glob.js';
import { foldCase } from '../src/letter-case.js';

const matches = (pattern: string, text: string) => globCaptures(compileGlob(pattern), text);

describe('M6: globs', () => {
  it.each([
    ['ws-*-admin', 'ws-platform-admin', ['platform']],
    ['ws-*-admin', 'ws--admin', ['']],
    ['ws-*-admin', 'ws-admin', undefined],
    ['*', '', ['']],
    ['a*b*c', 'aXbYbZc', ['X', 'YbZ']],
    ['*a*', 'bab', ['b', 'b']],
    ['a.c', 'abc', undefined],
    ['a.c', 'a.c', []],
    ['*aa', 'a', undefined],
  ])('M6: %s on %s', (pattern, text, captures) => {
    expect(matches(pattern, text)).toEqual(captures);
  });

  it('M6: agrees with the regular expression of the same meaning', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    fc.assert(
      fc.property(piece, text, (pattern, value) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 's');
        expect(matches(pattern, value) !== undefined).toBe(expression.test(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('M6: what was captured, put back for the stars, is the value', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*'), maxLength: 6 }), text, (pattern, value) => {
        const captures = matches(pattern, value);
        if (captures === undefined) return;
        let next = 0;
        expect(pattern.replaceAll('*', () => captures[next++] ?? '?')).toBe(value);
      }),
    );
  });

  it('M6: a pattern made to be slow is not', () => {
    const pattern = `${'a*'.repeat(9)}b`;
    const from = performance.now();
    expect(matches(pattern, 'a'.repeat(100_000))).toBeUndefined();
    expect(performance.now() - from).toBeLessThan(500);
  });

  it('M4: captures keep the spelling of the IdP where case is ignored', () => {
    const glob = compileGlob('ws-*-admin');
    expect(captureSpelling(glob, foldCase('WS-Plat-İx-ADMIN'), 'WS-Plat-İx-ADMIN')).toEqual(['Plat-İx']);
  });

  it('M4: folding a letter never changes the length of a text', () => {
    for (let point = 0; point <= 0x1ffff; point++) {
      const letter = String.fromCodePoint(point);
      if (foldCase(letter).length !== letter.length) expect.fail(`U+${point.toString(16)}`);
    }
    expect(foldCase('ΟΔΟΣ')).toBe(foldCase('οδος'));
  });
});
