import { sql, type Kysely } from 'kysely';
import type { Tables } from '../tables.js';

/** What begins the keys of tables that grow, and says nothing of how few rows are meant. */
const LARGE: Readonly<Record<string, readonly string[]>> = {
  members: ['organization'],
  grants: ['organization'],
  directory_users: ['organization', 'directory'],
  directory_user_emails: ['organization', 'directory'],
  directory_tombstones: ['organization', 'directory'],
  directory_groups: ['organization', 'directory'],
  directory_group_members: ['organization', 'directory'],
};

/**
 * Tells PostgreSQL's planner that each organization, and each directory, is as large as its table. Its own measurements know nothing
 * of one that came since, or before the first of them: it then takes a hundred thousand rows for one, and reads them all through any
 * index that begins with the organization. The checks of foreign keys are planned once a connection, while the tables are empty: a
 * first import would look each new person up among all of them (P11). So these columns, and a group's of its members, are measured
 * once, over rows made up for it, and never again; all others go on being measured.
 * Made up instead of measured, as on SQLite: a plan never depends on who was there when somebody measured.
 * https://www.postgresql.org/docs/current/sql-altertable.html (`set statistics`, `n_distinct`)
 */
export async function seedPlannerStatistics(trx: Kysely<Tables>): Promise<void> {
  const held = await trx.selectFrom('organizations').select('id').limit(1).executeTakeFirst();
  if (held) return;
  for (const statement of MADE_UP) await sql.raw(statement).execute(trx);
  const each = async (setting: string) => {
    for (const [table, columns] of Object.entries(LARGE)) {
      const changes = columns.map((column) => `alter ${column} ${setting}`);
      await sql.raw(`alter table ${table} ${changes.join()}`).execute(trx);
    }
  };
  await each('set (n_distinct = 1)');
  await sql`alter table directory_group_members alter group_id set (n_distinct = 200)`.execute(trx);
  for (const table of Object.keys(LARGE)) await sql`analyze ${sql.table(table)}`.execute(trx);
  await each('set statistics 0');
  await sql`alter table directory_group_members alter group_id set statistics 0`.execute(trx);
  await sql`delete from organizations`.execute(trx);
}

/** An organization for a few rows each, so that none of them is taken for a common one. */
const MADE_UP: readonly string[] = [
  `insert into organizations
   select 'made-up-' || n, '', '', '', 0, 0, 0, 0 from generate_series(1, 300) n`,
  `insert into directories
   select id, id, '', '', null, null, null, 0, 0, 0 from organizations`,
  `insert into members (
     organization, id, status, email, email_key, email_links, sessions_valid_from, created_via, created_at, updated_at)
   select id, id, 'active', id, id, 0, 0, '', row_number() over (), 0 from organizations`,
  `insert into grants (
     organization, id, member, role, resource_type, resource_id, source, basis, assigned_by, created_at)
   select organization, id, id, id, 'workspace', id, id, 'force', '', 0 from members`,
  `insert into directory_users
   select organization, id, id, id, id, id, id, 1, null, id, '{}', id, id, id, id, id, id, id, id, null, 1,
     row_number() over (), row_number() over ()
   from directories`,
  `insert into directory_user_emails
   select organization, directory, id, 0, id, '=work' from directory_users`,
  `insert into directory_tombstones
   select organization, directory, id, id, id, id, id, member, 0 from directory_users`,
  `insert into directory_groups
   select organization, id, id, id, id, id, id, 1, row_number() over (), row_number() over () from directories`,
  `insert into directory_group_members
   select organization, directory, id, id || n, id || n, 'User', null, null, id || n
   from directory_groups, generate_series(1, 20) n`,
];
