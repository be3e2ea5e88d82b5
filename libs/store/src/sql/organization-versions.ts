import { sql, type Kysely } from 'kysely';
import type { Tables } from './tables.js';

export type OrganizationVersions = ReadonlyMap<string, number>;

/** Grows each by one, as the last thing a transaction does. An organization that the transaction deleted has none. */
export async function growVersions(
  db: Kysely<Tables>,
  organizations: readonly string[],
): Promise<OrganizationVersions> {
  const versions = new Map<string, number>();
  // In one order everywhere: two transactions never wait for each other crosswise.
  for (const organization of organizations.toSorted()) {
    const { rows } = await sql<{ version: number }>`
      insert into organization_versions (organization, version)
      select id, 1 from organizations where id = ${organization}
      on conflict (organization) do update set version = organization_versions.version + 1
      returning version`.execute(db);
    if (rows[0]) versions.set(organization, rows[0].version);
  }
  return versions;
}

export async function readVersions(db: Kysely<Tables>): Promise<OrganizationVersions> {
  const rows = await db.selectFrom('organization_versions').selectAll().execute();
  return new Map(rows.map((row) => [row.organization, row.version]));
}
