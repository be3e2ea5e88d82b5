import { describe, expect, it } from 'vitest';
import { organization } from './specimens.js';
import { expectRefusal, SECRET_KEYS, type DatabaseUnderTest } from './subject.js';

export function openingContract(create: () => Promise<DatabaseUnderTest>): void {
  describe('opening', () => {
    it('D1: ten at once on an empty database make the schema once', async () => {
      const database = await create();
      const texts: string[] = [];
      const open = () =>
        database.open({
          secretKeys: SECRET_KEYS,
          clock: Date.now,
          onStatement: (text) => texts.push(text),
        });
      const stores = await Promise.all(Array.from({ length: 10 }, open));
      expect(texts.filter((text) => text.startsWith('create table grants '))).toHaveLength(1);
      const value = organization();
      await stores[0]?.transaction((tx) => tx.organizations.insert(value));
      for (const store of stores) expect(await store.read.organizations.get(value.id)).toEqual(value);
      await Promise.all(stores.map((store) => store.close()));
      await database.dispose();
    });

    it('D1: checks without writing, on request, and refuses what it would have to make', async () => {
      const database = await create();
      const options = { secretKeys: SECRET_KEYS, clock: Date.now, onStatement: () => undefined };
      const check = () => database.open({ ...options, migrations: 'check' });
      await expectRefusal(check(), 'migration-needed');
      await expectRefusal(check(), 'migration-needed');
      await (await database.open(options)).close();
      await (await check()).close();
      await (await database.open({ ...options, migrations: 'off' })).close();
      await database.dispose();
    });
  });
}
