import type { Kysely } from 'kysely';
import type { Grant, GrantChanges } from '../../ports/grants.js';
import { inBatches } from '../batches.js';
import { evidenceRows, grantExists, grantRow } from '../grant-rows.js';
import type { Tables } from '../tables.js';

/** A few statements: none of them is a round trip. */
export async function applyGrants(
  db: Kysely<Tables>,
  organization: string,
  { add, remove, evidence }: GrantChanges,
): Promise<void> {
  // Evidence goes with its grant by the foreign key.
  await inBatches(remove, (ids) =>
    db.deleteFrom('grants').where('organization', '=', organization).where('id', 'in', ids).execute(),
  );
  await insertGrants(db, organization, add);
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

/** All of them or none: what was inserted before the one that is there already is taken back. */
async function insertGrants(
  db: Kysely<Tables>,
  organization: string,
  grants: readonly Grant[],
): Promise<void> {
  const inserted: string[] = [];
  await inBatches(grants, async (slice) => {
    const rows = await db
      .insertInto('grants')
      .values(slice.map((grant) => ({ ...grantRow(grant), organization })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    inserted.push(...rows.map((row) => row.id));
  });
  if (inserted.length === grants.length) return;
  await inBatches(inserted, (ids) =>
    db.deleteFrom('grants').where('organization', '=', organization).where('id', 'in', ids).execute(),
  );
  throw grantExists();
}
