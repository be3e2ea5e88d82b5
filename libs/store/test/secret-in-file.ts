import { newId, newOrganizationId } from '../src/ids.js';
import type { Connection } from '../src/ports/connections.js';
import type { Store } from '../src/ports/store.js';
import { connection, identity, member, organization } from '../src/contract/specimens.js';

/** Stores a text wherever one is sealed. */
export async function connectionWithSecret(store: Store, text: string): Promise<Connection> {
  const id = newOrganizationId();
  const value = connection(id);
  const who = member(id, { id: newId('mem', id) });
  await store.transaction(async (tx) => {
    await tx.organizations.insert(organization({ id }));
    await tx.connections.insert(value, { clientSecret: text });
    await tx.members.insert(who);
    await tx.members.insertIdentity(identity(who));
    await tx.members.recordSignIn(identity(who), { at: 1, claimsHash: 'x', claims: text, importDone: true });
  });
  return value;
}
