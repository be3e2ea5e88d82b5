import { sql, type Kysely } from 'kysely';
import { namesOf } from '../directory-keys.js';
import type { Tables } from '../tables.js';
import { ofDirectory } from '../of-directory.js';

/** A few statements: none of them is a round trip. */
export async function insertDirectoryUser(
  db: Kysely<Tables>,
  user: Tables['directory_users'],
  emails: readonly Tables['directory_user_emails'][],
): Promise<{ readonly taken: boolean; readonly awaited: boolean }> {
  const { organization, directory } = user;
  const result = await db
    .insertInto('directory_users')
    .values(user)
    .onConflict((conflict) => conflict.columns(['organization', 'user_name_key', 'directory']).doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows === 0n) return { taken: true, awaited: false };
  if (emails.length > 0) await db.insertInto('directory_user_emails').values(emails).execute();
  await sql`
    insert into directory_counts (organization, directory, kind, slot, count)
    values (${organization}, ${directory}, 'directory_users', 0, 1)
    on conflict (organization, directory, kind, slot) do update set count = count + 1`.execute(db);
  const awaited = await db
    .selectFrom('directory_group_members')
    .select('group_id')
    .where('organization', '=', organization)
    .where(ofDirectory(directory))
    .where('name_key', 'is not', null)
    .where('name_key', 'in', namesOf(user))
    .limit(1)
    .executeTakeFirst();
  return { taken: false, awaited: awaited !== undefined };
}
