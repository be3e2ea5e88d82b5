import type { Kysely } from 'kysely';
import { KeyRing } from '../secrets/key-ring.js';
import { secretOf } from '../sql/connections.js';
import { claimsOf } from '../sql/identities.js';
import { migrate } from '../sql/migrations/migrate.js';
import type { Tables } from '../sql/tables.js';
import { withSource, type StoreLocation } from './home-at.js';

export interface Resealed {
  readonly connections: number;
  readonly identities: number;
}

/**
 * The last step of a rotation: everything sealed with an older key is sealed anew with the first, so that the others may
 * be dropped. Apps may run meanwhile, with the same keys. Run again, it finds nothing.
 * Throws `StoreError` `secret-unreadable` where no given key opens one; what was done before that stays done;
 * `store-misused` where there is no store.
 */
export async function reseal(location: StoreLocation, secretKeys: readonly string[]): Promise<Resealed> {
  const keys = new KeyRing(secretKeys);
  return withSource(location, async (home) => {
    await migrate(home, 'check');
    const organizations = await home.reading.selectFrom('organizations').select('id').execute();
    const done = { connections: 0, identities: 0 };
    for (const { id } of organizations) {
      done.connections += await home.transaction((trx) => resealConnections(trx, keys, id));
      done.identities += await home.transaction((trx) => resealIdentities(trx, keys, id));
    }
    return done;
  });
}

async function resealConnections(trx: Kysely<Tables>, keys: KeyRing, organization: string): Promise<number> {
  const rows = await trx
    .selectFrom('connections')
    .select(['id', 'secrets'])
    .where('organization', '=', organization)
    .execute();
  let count = 0;
  for (const { id, secrets } of rows) {
    const sealed = Object.entries(JSON.parse(secrets) as Record<string, string>);
    if (sealed.every(([, text]) => keys.sealedByFirst(text))) continue;
    const anew = sealed.map(([name, text]) => {
      const place = secretOf(organization, id, name);
      return [name, keys.seal(keys.open(text, place), place)];
    });
    await trx
      .updateTable('connections')
      .set({ secrets: JSON.stringify(Object.fromEntries(anew)) })
      .where('organization', '=', organization)
      .where('id', '=', id)
      .where('secrets', '=', secrets)
      .execute();
    count += 1;
  }
  return count;
}

/** A sign-in meanwhile has sealed with the first key already: its row is left as it is. */
async function resealIdentities(trx: Kysely<Tables>, keys: KeyRing, organization: string): Promise<number> {
  const rows = await trx
    .selectFrom('identities')
    .select(['source', 'issuer', 'format', 'subject', 'claims'])
    .where('organization', '=', organization)
    .where('claims', 'is not', null)
    .execute();
  let count = 0;
  for (const { claims, ...key } of rows) {
    if (claims === null || keys.sealedByFirst(claims)) continue;
    const place = claimsOf({ organization, ...key });
    await trx
      .updateTable('identities')
      .set({ claims: keys.seal(keys.open(claims, place), place) })
      .where('organization', '=', organization)
      .where('source', '=', key.source)
      .where('issuer', '=', key.issuer)
      .where('format', '=', key.format)
      .where('subject', '=', key.subject)
      .where('claims', '=', claims)
      .execute();
    count += 1;
  }
  return count;
}
