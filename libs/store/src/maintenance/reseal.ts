import { sql, type Kysely } from 'kysely';
import { KeyRing } from '../secrets/key-ring.js';
import { secretOf } from '../sql/connections.js';
import { claimsOf } from '../sql/identities.js';
import type { Home } from '../sql/home.js';
import { migrate } from '../sql/migrations/migrate.js';
import type { Tables } from '../sql/tables.js';
import { withSource, type StoreLocation } from './home-at.js';

/** Identities in one transaction: while it lasts, nobody else writes to an embedded store. */
const PAGE = 200;

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
      done.identities += await resealIdentities(home, keys, id);
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
    const { numUpdatedRows } = await trx
      .updateTable('connections')
      .set({ secrets: JSON.stringify(Object.fromEntries(anew)) })
      .where('organization', '=', organization)
      .where('id', '=', id)
      .where('secrets', '=', secrets)
      .executeTakeFirstOrThrow();
    count += Number(numUpdatedRows);
  }
  return count;
}

async function resealIdentities(home: Home, keys: KeyRing, organization: string): Promise<number> {
  let count = 0;
  for (let after: Key | undefined; ;) {
    const from = after;
    const page = await home.transaction((trx) => resealPage(trx, keys, organization, from));
    count += page.count;
    if (!page.last) return count;
    after = page.last;
  }
}

type Key = Pick<Tables['identities'], 'source' | 'issuer' | 'format' | 'subject'>;

/** A sign-in meanwhile has sealed with the first key already: its row is left as it is. No `last` after the last page. */
async function resealPage(
  trx: Kysely<Tables>,
  keys: KeyRing,
  organization: string,
  after: Key | undefined,
): Promise<{ readonly count: number; readonly last?: Key }> {
  const rows = await trx
    .selectFrom('identities')
    .select(['source', 'issuer', 'format', 'subject', 'claims'])
    .where('organization', '=', organization)
    .where('claims', 'is not', null)
    .$if(after !== undefined, (query) => query.where(beyond(after!)))
    .orderBy('source')
    .orderBy('issuer')
    .orderBy('format')
    .orderBy('subject')
    .limit(PAGE)
    .execute();
  let count = 0;
  for (const { claims, ...key } of rows) {
    if (claims === null || keys.sealedByFirst(claims)) continue;
    const place = claimsOf({ organization, ...key });
    const { numUpdatedRows } = await trx
      .updateTable('identities')
      .set({ claims: keys.seal(keys.open(claims, place), place) })
      .where('organization', '=', organization)
      .where('source', '=', key.source)
      .where('issuer', '=', key.issuer)
      .where('format', '=', key.format)
      .where('subject', '=', key.subject)
      .where('claims', '=', claims)
      .executeTakeFirstOrThrow();
    count += Number(numUpdatedRows);
  }
  return rows.length < PAGE ? { count } : { count, last: rows.at(-1)! };
}

function beyond({ source, issuer, format, subject }: Key) {
  return sql<boolean>`(source, issuer, format, subject) > (${source}, ${issuer}, ${format}, ${subject})`;
}
