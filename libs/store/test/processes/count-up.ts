import { openStore } from '@idp-roles/store';

/** Adds one, so many times, each time in a transaction of its own that reads first. */
const [folder = '', organization = '', member = '', times = '0'] = process.argv.slice(2);
const store = await openStore({ folder }, { secretKeys: ['a key that is used by the tests of the store'] });
await Promise.all(
  Array.from({ length: Number(times) }, () =>
    store.transaction(async (tx) => {
      const now = await tx.members.lock(organization, member);
      if (!now) throw new Error('the member is gone');
      await tx.members.update({ ...now, name: String(Number(now.name) + 1) });
    }),
  ),
);
await store.close();
