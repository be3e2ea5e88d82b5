import { sql, type Kysely } from 'kysely';
import type { GrantChanges } from '../../ports/grants.js';
import { evidenceRows, grantExists, grantRow, placeOf } from '../grant-rows.js';
import type { Tables } from '../tables.js';
import { TransactionConflict } from './postgres-error.js';
import { PLANNED_EACH_TIME } from './statement-names.js';

interface Applied {
  readonly taken: number;
  readonly added: number;
}

/** Of more, the values are compared with by hash, which a plan made for any values does not do. */
const FEW = 50;

/**
 * P7: everything in one statement, whatever its parts. They see the tables as they were before it, so that what must
 * come first is asked for: a grant may take the place of one that goes. Where any grant is there already, no part acts. Whether one is
 * is no join: before the table's first `analyze` the planner reads an organization's grants for each one wanted.
 */
export async function applyGrants(
  db: Kysely<Tables>,
  organization: string,
  { add, remove, evidence }: GrantChanges,
): Promise<void> {
  if (new Set(add.map(placeOf)).size < add.length) throw grantExists();
  const grants = columnsOf(add.map(grantRow));
  const rows = columnsOf(evidenceRows(organization, add, evidence));
  const note = add.length + remove.length + evidence.length > FEW ? sql.raw(PLANNED_EACH_TIME) : sql``;
  const { rows: answer } = await sql<Applied>`
    with ${note} wanted as (
      select * from unnest(
        ${grants('id')}::text[], ${grants('member')}::text[], ${grants('role')}::text[],
        ${grants('resource_type')}::text[], ${grants('resource_id')}::text[], ${grants('source')}::text[],
        ${grants('basis')}::text[], ${grants('expires_at')}::bigint[], ${grants('assigned_by')}::text[],
        ${grants('created_at')}::bigint[]
      ) as wanted (id, member, role, resource_type, resource_id, source, basis, expires_at, assigned_by, created_at)
    ), taken as (
      select 1 from grants
      where organization = ${organization} and member = any (${grants('member')}::text[])
        and ((member, role, resource_type, resource_id, source, basis) in (
          select member, role, resource_type, resource_id, source, basis from wanted)) is true
        and id <> all (${remove}::text[])
    ), removed as (
      delete from grants
      where organization = ${organization} and id = any (${remove}::text[]) and not exists (select from taken)
      returning id
    ), added as (
      insert into grants (
        organization, id, member, role, resource_type, resource_id, source, basis, expires_at, assigned_by, created_at
      )
      select ${organization}, wanted.* from wanted
      where not exists (select from taken) and (select count(*) from removed) >= 0
      on conflict do nothing
      returning id
    ), outdated as (
      delete from grant_evidence
      where organization = ${organization} and grant_id = any (${evidence.map(({ grant }) => grant)}::text[])
        and not exists (select from taken)
      returning grant_id
    ), supported as (
      insert into grant_evidence (organization, grant_id, position, mapping, claim, value, name, via)
      select ${organization}, evidence.*
      from unnest(
        ${rows('grant_id')}::text[], ${rows('position')}::bigint[], ${rows('mapping')}::text[],
        ${rows('claim')}::text[], ${rows('value')}::text[], ${rows('name')}::text[], ${rows('via')}::text[]
      ) as evidence (grant_id, position, mapping, claim, value, name, via)
      where not exists (select from taken) and (select count(*) from outdated) >= 0
        and (grant_id in (select id from added) or grant_id = any (${evidence.map(({ grant }) => grant)}::text[]))
    )
    select (select count(*) from taken) as taken, (select count(*) from added) as added`.execute(db);
  if (answer[0]?.taken !== 0) throw grantExists();
  // Another transaction gave it meanwhile: seen from the start, it is `grant-exists`, or nothing to do.
  if (answer[0].added < add.length) throw new TransactionConflict(grantExists());
}

/** Arrays, one a column: the statement's text stays the same for any number of rows. */
function columnsOf<Row extends object>(rows: readonly Row[]): (name: keyof Row) => unknown[] {
  return (name) => rows.map((row) => row[name]);
}
