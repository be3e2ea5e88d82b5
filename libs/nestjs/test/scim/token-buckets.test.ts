import { describe, expect, it } from 'vitest';
import { TokenBuckets } from '../../src/scim/token-buckets.js';

function buckets(perSecond: number, burst: number) {
  const clock = { now: 0 };
  return { clock, made: new TokenBuckets({ perSecond, burst }, () => clock.now) };
}

describe('a bucket of tokens', () => {
  it('gives its burst at once, then what has come back', () => {
    const { clock, made } = buckets(10, 3);
    expect([1, 2, 3].map(() => made.take('a'))).toEqual([0, 0, 0]);
    expect(made.take('a')).toBe(100);
    clock.now = 50;
    expect(made.take('a')).toBe(50);
    clock.now = 100;
    expect(made.take('a')).toBe(0);
    expect(made.take('a')).toBe(100);
  });

  it('is never fuller than its burst, however long nobody asks', () => {
    const { clock, made } = buckets(10, 2);
    made.take('a');
    clock.now = 1_000_000;
    expect([1, 2, 3].map(() => made.take('a'))).toEqual([0, 0, 100]);
  });

  it('is one of its own for each key', () => {
    const { made } = buckets(1, 1);
    expect([made.take('a'), made.take('b'), made.take('a')]).toEqual([0, 0, 1000]);
  });

  it('owes what it was charged, and is waited for', () => {
    const { clock, made } = buckets(10, 5);
    expect(made.take('a')).toBe(0);
    made.charge('a', 14);
    expect(made.take('a')).toBe(1100);
    clock.now = 1100;
    expect(made.take('a')).toBe(0);
  });
});
