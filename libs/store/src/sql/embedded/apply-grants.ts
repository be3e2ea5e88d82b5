import { sql, type Kysely, type SqlBool } from 'kysely';
import type { Grant, GrantChanges } from '../../ports/grants.js';
import { inBatches } from '../batches.js';
import { evidenceRows, grantExists, grantRow, placeOf } from '../grant-rows.js';
import type { Tables } from '../tables.js';

/** A few statements: none of them is a round trip. */
export async function applyGrants(
  db: Kysely<Tables>,
  organization: string,
  { add, remove, evidence }: GrantChanges,
): Promise<void> {
  if (await anyTaken(db, organization, add, remove)) throw grantExists();
  // Evidence goes with its grant by the foreign key.
  await inBatches(remove, (ids) =>
    db.deleteFrom('grants').where('organization', '=', organization).where('id', 'in', ids).execute(),
  );
  await inBatches(add, (slice) =>
    db
      .insertInto('grants')
      .values(slice.map((grant) => ({ ...grantRow(grant), organization })))
      .execute(),
  );
  const changed = evidence.map(({ grant }) => grant);
  await inBatches(changed, (ids) =>
    db
      .deleteFrom('grant_evidence')
      .where('organization', '=', organization)
      .where('grant_id', 'in', ids)
      .execute(),
  );
  const rows = evidenceRows(organization, add, evidence);
  await inBatches(rows, (slice) => db.insertInto('grant_evidence').values(slice).execute());
}

/** Asked before anything is written: with one writer, it stays as it was asked. */
async function anyTaken(
  db: Kysely<Tables>,
  organization: string,
  add: readonly Grant[],
  remove: readonly string[],
): Promise<boolean> {
  if (new Set(add.map(placeOf)).size < add.length) return true;
  const going = new Set(remove);
  let taken = false;
  await inBatches(add, async (slice) => {
    const places = slice
      .map(grantRow)
      .map(
        (row) =>
          sql`(${row.member}, ${row.role}, ${row.resource_type}, ${row.resource_id}, ${row.source}, ${row.basis})`,
      );
    const held = await db
      .selectFrom('grants')
      .select('id')
      .where('organization', '=', organization)
      .where(
        sql<SqlBool>`(member, role, resource_type, resource_id, source, basis) in (values ${sql.join(places)})`,
      )
      .execute();
    taken ||= held.some(({ id }) => !going.has(id));
  });
  return taken;
}
