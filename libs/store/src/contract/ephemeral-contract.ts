import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EphemeralStore } from '../ports/ephemeral.js';
import { expectRefusal } from './subject.js';

/** Every promise of `EphemeralStore`, as tests; `open` answers a store nobody else writes to. */
export function ephemeralContract(name: string, open: () => Promise<EphemeralStore>): void {
  describe(`ephemeral contract: ${name}`, () => {
    let store: EphemeralStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    it('gives back JSON as it was, as a copy', async () => {
      const value = { list: [1, 'ü', null, { ':base64:': ':base64:AA==' }], text: ':x' };
      await store.set('a', value, 60_000);
      value.text = 'changed';
      expect(await store.get('a')).toEqual({ ...value, text: ':x' });
      await store.set('a', false, 60_000);
      expect(await store.get('a')).toBe(false);
      expect(await store.get('nothing')).toBeUndefined();
    });

    it('tells keys apart by bytes', async () => {
      for (const key of ['k', 'K', 'k ', 'idp-roles:k', 'idp-roles::k', 'keyv:k', '__proto__']) {
        expect(await store.get(key)).toBeUndefined();
        await store.set(key, key, 60_000);
      }
      expect(await store.get('k')).toBe('k');
      expect(await store.get('__proto__')).toBe('__proto__');
    });

    it('forgets after the time to live, which a later set begins anew', async () => {
      await store.set('short', 1, 40);
      await store.set('renewed', 1, 40);
      await store.set('renewed', 2, 60_000);
      await store.set('none', 1, 60_000);
      await store.set('none', 1, 0);
      await new Promise((done) => setTimeout(done, 80));
      expect(await store.get('short')).toBeUndefined();
      expect(await store.delete('short')).toBe(false);
      expect(await store.get('renewed')).toBe(2);
      expect(await store.get('none')).toBeUndefined();
    });

    it('L2: of a hundred deletes at once, one is true', async () => {
      await store.set('once', 1, 60_000);
      const answers = await Promise.all(Array.from({ length: 100 }, () => store.delete('once')));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.delete('once')).toBe(false);
    });

    it('L2: of a hundred adds at once, one is true, until the time to live is over', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => store.add('mark', 60_000)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.get('mark')).toBe(true);
      await store.set('taken', 1, 60_000);
      expect(await store.add('taken', 60_000)).toBe(false);
      expect(await store.get('taken')).toBe(1);
      expect(await store.add('brief', 40)).toBe(true);
      expect(await store.add('brief', 40)).toBe(false);
      await new Promise((done) => setTimeout(done, 80));
      expect(await store.get('brief')).toBeUndefined();
      expect(await store.add('brief', 40)).toBe(true);
      expect(await store.delete('mark')).toBe(true);
      expect(await store.add('mark', 60_000)).toBe(true);
    });

    it('answers a ping; closed, refuses everything', async () => {
      const other = await open();
      await other.ping();
      await other.close();
      await other.close();
      await expectRefusal(other.get('a'), 'store-closed');
      await expectRefusal(other.set('a', 1, 1), 'store-closed');
      await expectRefusal(other.add('a', 1), 'store-closed');
      await expectRefusal(other.delete('a'), 'store-closed');
      await expectRefusal(other.ping(), 'store-closed');
    });
  });
}
