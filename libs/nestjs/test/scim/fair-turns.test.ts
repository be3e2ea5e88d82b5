import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FairTurns, type TurnLimits } from '../../src/scim/fair-turns.js';

const refused = () => new Error('refused');

function turns(limits: TurnLimits) {
  const made = new FairTurns(limits);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  let most = 0;
  let running = 0;
  const ask = (line: string, name = line) =>
    made
      .run(
        line,
        async () => {
          begun.push(name);
          most = Math.max(most, ++running);
          await new Promise<void>((end) => ends.push(end));
          running--;
          return name;
        },
        refused,
      )
      .catch((error: Error) => error.message);
  const endAll = async () => {
    for (; ends.length > 0; await setImmediate()) ends.shift()?.();
  };
  return { ask, begun, ends, endAll, most: () => most };
}

describe('fair turns', () => {
  it('run so many at a time and no more, and all in the end', async () => {
    const { ask, endAll, most, begun } = turns({ running: 2, waiting: 10 });
    const asked = ['a', 'b', 'c', 'd', 'e'].map((name) => ask('line', name));
    await setImmediate();
    expect(begun).toEqual(['a', 'b']);
    await endAll();
    expect(await Promise.all(asked)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(most()).toBe(2);
  });

  it('come round by line: who floods does not hold up who asks once', async () => {
    const { ask, endAll, begun } = turns({ running: 1, waiting: 100 });
    const asked = Array.from({ length: 20 }, (_, turn) => ask('flood', `flood ${turn}`));
    asked.push(ask('one'));
    await endAll();
    await Promise.all(asked);
    expect(begun.indexOf('one')).toBeLessThanOrEqual(2);
  });

  it('refuse from the longest line where too many wait', async () => {
    const { ask, endAll } = turns({ running: 1, waiting: 5 });
    const flood = Array.from({ length: 20 }, () => ask('flood'));
    const one = ask('one');
    await endAll();
    expect(await one).toBe('one');
    expect((await Promise.all(flood)).filter((outcome) => outcome === 'refused')).toHaveLength(15);
  });

  it('go on after one that failed', async () => {
    const made = new FairTurns({ running: 1, waiting: 5 });
    const failed = made.run('a', () => Promise.reject(new Error('failed')), refused);
    const after = made.run('a', () => Promise.resolve('after'), refused);
    await expect(failed).rejects.toThrow('failed');
    expect(await after).toBe('after');
    expect(await made.run('b', () => Promise.resolve('later'), refused)).toBe('later');
  });
});
