import { sql, type RawBuilder, type SqlBool } from 'kysely';

/**
 * That a row is the directory's, said so that no index is chosen for it. Ids, names and members are found by indexes of
 * their own, (organization, …); one that begins with (organization, directory) finds a whole directory, which
 * PostgreSQL's planner may take for one row.
 */
export function ofDirectory(directory: string, table?: string): RawBuilder<SqlBool> {
  return sql`${sql.ref(table === undefined ? 'directory' : `${table}.directory`)} || '' = ${directory}`;
}
