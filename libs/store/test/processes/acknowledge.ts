import { writeSync } from 'node:fs';
import { openStore } from '@idp-roles/store';

/** Writes a member and an audit event per transaction, for ever, and says the number of each once it is committed. */
const [folder = '', organization = ''] = process.argv.slice(2);
const store = await openStore({ folder }, { secretKeys: ['a key that is used by the tests of the store'] });
for (let n = 0; ; n++) {
  const id = `mem_${String(n).padStart(8, '0')}`;
  const at = n;
  await store.transaction(async (tx) => {
    await tx.members.insert({
      organization,
      id,
      status: 'active',
      emailLinks: true,
      sessionsValidFrom: 0,
      createdVia: 'api',
      createdAt: at,
      updatedAt: at,
    });
    await tx.history.append([
      { organization, id: `aud_${id}`, at, action: 'member.created', actor: { kind: 'host' }, member: id },
    ]);
  });
  writeSync(1, `${n}\n`);
}
