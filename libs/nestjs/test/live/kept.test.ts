import { describe, expect, it } from 'vitest';
import { Kept } from '../../src/live/kept.js';

interface Told {
  readonly text: string;
}

/** A shelf over a store whose reads take as long as they are told to. */
function shelf({ max = 100, current = () => true as boolean | Promise<boolean> } = {}) {
  let text = 'before';
  let reads = 0;
  const kept = new Kept<Told>(max, () => current());
  const during: (() => void)[] = [];
  const get = (name: string, organization = 'acme', takesMs = 0) =>
    kept.get(organization, name, async () => {
      reads += 1;
      const read = { text };
      during.shift()?.();
      await new Promise((resolve) => (takesMs ? setTimeout(resolve, takesMs) : setImmediate(resolve)));
      return read;
    });
  return { kept, get, during, write: (to: string) => (text = to), reads: () => reads };
}

describe('A7: what is kept', () => {
  it('is not answered from while nobody can say whether it is current, and is again afterwards', async () => {
    let current: boolean | Promise<boolean> = true;
    const { get, reads, write } = shelf({ current: () => current });
    await get('m');
    for (const said of [false, Promise.resolve(false)]) {
      current = said;
      const before = reads();
      write(`${before}`);
      expect((await get('m'))?.text).toBe(`${before}`);
      await get('m');
      expect(reads()).toBe(before + 2);
    }
    current = Promise.resolve(true);
    const before = reads();
    await get('m');
    expect(reads()).toBe(before);
  });

  it('what is dropped while somebody finds out whether it is current is read', async () => {
    const { kept, get, reads } = shelf({
      current: async () => {
        kept.drop('acme', 'm');
        return true;
      },
    });
    await get('m');
    await get('m');
    expect(reads()).toBe(2);
  });

  it('a read that began before something was missed is not kept', async () => {
    const { kept, get, during, write, reads } = shelf();
    during.push(() => {
      write('after');
      kept.clear();
    });
    expect((await get('m'))?.text).toBe('after');
    kept.clear();
    await get('m');
    expect(reads()).toBe(3);
  });

  it('a key that changes during every read is answered after a few, from a read that began after it was asked', async () => {
    const { kept, get, during, write, reads } = shelf();
    for (let i = 0; i < 50; i++)
      during.push(() => {
        write(`${i}`);
        kept.drop('acme', 'm');
      });
    expect(await get('m')).toBeDefined();
    expect(reads()).toBe(4);
    await get('m');
    expect(reads()).toBeGreaterThan(4);
  });

  it('whoever asks during the last of them begins a read of their own', async () => {
    const { kept, get, during, write } = shelf();
    let late: Promise<Told | undefined> | undefined;
    const drop = () => kept.drop('acme', 'm');
    during.push(drop, drop, drop, () => {
      write('after');
      drop();
      late = get('m');
    });
    expect((await get('m'))?.text).toBe('before');
    expect((await late)?.text).toBe('after');
    expect((await get('m'))?.text).toBe('after');
  });

  it('a read that takes too long is no answer unless it is known that nothing was missed', async () => {
    let current = false;
    const { get } = shelf({ current: () => current });
    await expect(get('m', 'acme', 1_700)).rejects.toMatchObject({ code: 'store-unavailable' });
    current = true;
    expect(await get('m', 'acme', 900)).toBeDefined();
  });

  it('a read that was late once is made again', async () => {
    const { kept } = shelf({ current: () => false });
    let reads = 0;
    const answer = await kept.get('acme', 'm', async () => {
      reads += 1;
      if (reads === 1) await new Promise((resolve) => setTimeout(resolve, 850));
      return { text: `${reads}` };
    });
    expect(answer).toEqual({ text: '2' });
  });

  it('a change of an organization forgets it and no other, also one whose id begins alike', async () => {
    const { kept, get, reads } = shelf();
    for (const organization of ['acme', 'acme2', 'globex']) await get('m', organization);
    kept.dropAll('acme');
    for (const organization of ['acme', 'acme2', 'globex']) await get('m', organization);
    expect(reads()).toBe(4);
  });

  it('is bounded, and what falls out is read again', async () => {
    const { kept, get, reads } = shelf({ max: 10 });
    for (let i = 0; i < 100; i++) await get(`m${i}`, `org${i}`);
    for (let i = 90; i < 100; i++) await get(`m${i}`, `org${i}`);
    expect(reads()).toBe(100);
    kept.dropAll('org95');
    await get('m95', 'org95');
    await get('m1', 'org1');
    expect(reads()).toBe(102);
  });
});
