import { openStore } from '@idp-roles/store';

/** Takes a grant away, in a process of its own, and says so once it is committed. */
const [folder = '', organization = '', member = '', grant = ''] = process.argv.slice(2);
const store = await openStore({ folder }, { secretKeys: ['a key that is used by the tests of live access'] });
await store.transaction(async (tx) => {
  await tx.grants.apply(organization, { add: [], remove: [grant], evidence: [] });
  await tx.changes.touch(organization, [member]);
});
process.stdout.write('revoked\n');
// Goes on living: what it holds open must not matter.
setInterval(() => undefined, 1_000);
