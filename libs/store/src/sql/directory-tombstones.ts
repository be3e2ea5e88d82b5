import type { Selectable } from 'kysely';
import type { DirectoryKey, DirectoryUser, Tombstone } from '../ports/directory-users.js';
import { present } from './column.js';
import { exactKey, foldedKey, keyed } from './directory-keys.js';
import type { Executor } from './executor.js';
import { ofDirectory } from './of-directory.js';
import { runShaped } from './shaped.js';
import type { Tables } from './tables.js';

type Row = Tables['directory_tombstones'];

/** Newest first. */
export async function tombstonesWith(
  on: Executor,
  organization: string,
  directory: string,
  key: DirectoryKey,
): Promise<readonly Tombstone[]> {
  const [column, value] = keyed(key);
  const { rows } = await runShaped(on, `tombstones by ${column}`, [organization, directory, value], () =>
    on.db
      .selectFrom('directory_tombstones')
      .selectAll()
      .where('organization', '=', organization)
      .where(ofDirectory(directory))
      .where(column, '=', value)
      .orderBy('deleted_at', 'desc')
      .orderBy('user_id', 'desc')
      .orderBy('member')
      .compile(),
  );
  return rows.map(toTombstone);
}

/** In the place of an older one of this user and member. */
export async function leaveTombstone(on: Executor, user: DirectoryUser, at: number): Promise<void> {
  const row = tombstoneRow(user, at);
  await on.db
    .insertInto('directory_tombstones')
    .values(row)
    .onConflict((older) => older.columns(['organization', 'user_id', 'member']).doUpdateSet(row))
    .execute();
}

export async function liftTombstones(on: Executor, organization: string, member: string): Promise<void> {
  await on.db
    .deleteFrom('directory_tombstones')
    .where('organization', '=', organization)
    .where('member', '=', member)
    .execute();
}

function tombstoneRow(user: DirectoryUser, at: number): Row {
  return {
    organization: user.organization,
    directory: user.directory,
    user_id: user.id,
    external_id: user.externalId ?? null,
    external_id_key: exactKey(user.externalId),
    user_name: user.userName,
    user_name_key: foldedKey(user.userName),
    member: user.member,
    deleted_at: at,
  };
}

function toTombstone(row: Selectable<Row>): Tombstone {
  return present({
    organization: row.organization,
    directory: row.directory,
    user: row.user_id,
    externalId: row.external_id,
    userName: row.user_name,
    member: row.member,
    deletedAt: row.deleted_at,
  });
}
