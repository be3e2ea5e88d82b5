import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../src/scim/json-depth.js';

const deeper = (limit: number, text: string) => isDeeperThan(limit, Buffer.from(text));

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('how deep JSON nests, seen from its bytes', () => {
  it('counts arrays and objects, and no brackets of texts', () => {
    expect(deeper(2, '{"a":[1]}')).toBe(false);
    expect(deeper(1, '{"a":[1]}')).toBe(true);
    expect(deeper(1, String.raw`{"a":"[[[{{\"[[\\","b[":1}`)).toBe(false);
    expect(deeper(1, String.raw`{"a":"\\","b":[]}`)).toBe(true);
    expect(deeper(1, '[],[],[]')).toBe(false);
  });

  it('is the depth of what is parsed', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(7), (text, limit) => {
        expect(deeper(limit, text)).toBe(depthOf(JSON.parse(text)) > limit);
      }),
    );
  });

  it('looks at a megabyte of brackets in no time', () => {
    const began = performance.now();
    expect(deeper(64, '['.repeat(1_000_000))).toBe(true);
    expect(deeper(64, '[]'.repeat(500_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
