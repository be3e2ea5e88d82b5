import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type {
  DirectoryUser,
  DirectoryUserReader,
  DirectoryUserWriter,
  GroupOfUser,
} from '../ports/directory-users.js';
import { StoreError } from '../ports/store.js';
import { changedOne } from './changed-one.js';
import { present } from './column.js';
import { USER_ATTRIBUTES } from './directory-attributes.js';
import { addToCount, directoryCount } from './directory-counts.js';
import { keyed } from './directory-keys.js';
import { arrived, lockNamesOfUser } from './directory-names.js';
import { directoryPage } from './directory-pages.js';
import { leaveTombstone, liftTombstones, tombstonesWith } from './directory-tombstones.js';
import { directoryUserRow, emailRows, toDirectoryUser } from './directory-user-rows.js';
import type { Executor } from './executor.js';
import { runShaped } from './shaped.js';
import type { Tables } from './tables.js';
import { orTaken } from './unique-violation.js';
import { ofDirectory } from './of-directory.js';

export function directoryUserReader(on: Executor): DirectoryUserReader {
  return {
    async get(organization, directory, id) {
      const row = await of(on, organization, directory).where('id', '=', id).executeTakeFirst();
      return row && toDirectoryUser(row);
    },

    async byKey(organization, directory, key) {
      const [column, value] = keyed(key);
      const rows = await of(on, organization, directory)
        .where(column, '=', value)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toDirectoryUser);
    },

    async ofMember(organization, member) {
      const rows = await on.db
        .selectFrom('directory_users')
        .selectAll()
        .where('organization', '=', organization)
        .where('member', '=', member)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toDirectoryUser);
    },

    query(organization, directory, query) {
      const paged = {
        table: 'directory_users' as const,
        attributes: USER_ATTRIBUTES,
        bulk: 'attributes',
        toItem: toDirectoryUser,
      };
      return directoryPage(on, paged, organization, directory, query);
    },

    async byIds(organization, directory, ids) {
      const rows = await several(on, organization, directory, ids).execute();
      return rows.map(toDirectoryUser);
    },

    async groupsOf(organization, directory, users) {
      const chosen = (whose: RawBuilder<SqlBool>) =>
        on.db
          .selectFrom('directory_group_members as membership')
          // From the users' side in any case, also where the server has not counted yet.
          .leftJoin('directory_groups as groups', (join) =>
            join
              .onRef('groups.organization', '=', 'membership.organization')
              .onRef('groups.id', '=', 'membership.group_id'),
          )
          .select(['membership.user_id', 'groups.id', 'groups.display_name', 'groups.external_id'])
          .where('membership.organization', '=', organization)
          .where(ofDirectory(directory, 'membership'))
          // Said for the index, which holds no others.
          .where('membership.user_id', 'is not', null)
          .where(whose)
          .orderBy('groups.display_name')
          .orderBy('groups.id')
          .compile();
      const user = sql.ref<string | null>('membership.user_id');
      const [one] = users;
      // As every answer about a user is made with.
      const { rows } =
        users.length === 1
          ? await runShaped(on, 'groups of one', [organization, directory, one], () =>
              chosen(sql`${user} = ${one}`),
            )
          : await on.db.executeQuery(chosen(on.home.among(user, users)));
      const found = new Map<string, GroupOfUser[]>();
      for (const { user_id, id, display_name, external_id } of rows) {
        const group = present({ id: id ?? '', displayName: display_name ?? '', externalId: external_id });
        const groups = found.get(user_id ?? '');
        if (groups) groups.push(group);
        else found.set(user_id ?? '', [group]);
      }
      return found;
    },

    async after(organization, directory, id, limit) {
      const rows = await of(on, organization, directory)
        .$if(id !== undefined, (query) => query.where('id', '>', id ?? ''))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toDirectoryUser);
    },

    count(organization, directory) {
      return directoryCount(on, 'directory_users', organization, directory);
    },

    tombstones(organization, directory, key) {
      return tombstonesWith(on, organization, directory, key);
    },
  };
}

export function directoryUserWriter(on: Executor): DirectoryUserWriter {
  return {
    ...directoryUserReader(on),

    async insert(user) {
      const row = directoryUserRow(user);
      await lockNamesOfUser(on, user, [row.external_id, row.user_name]);
      const { taken, awaited } = await on.home.insertDirectoryUser(on.db, row, emailRows(user));
      if (taken) throw userNameTaken(user);
      return { joined: awaited ? await arrived(on, row) : [] };
    },

    async lock(organization, directory, id) {
      const row = await of(on, organization, directory)
        .where('id', '=', id)
        .$if(on.home.rowLocks, (query) => query.forUpdate())
        .executeTakeFirst();
      return row && toDirectoryUser(row);
    },

    async lockAll(organization, directory, ids) {
      const rows = await several(on, organization, directory, ids)
        .orderBy('id')
        .$if(on.home.rowLocks, (query) => query.forUpdate())
        .execute();
      return rows.map(toDirectoryUser);
    },

    async update(user) {
      const row = directoryUserRow(user);
      const { organization, directory, id } = row;
      const before = await on.db
        .selectFrom('directory_users')
        .select(['user_name_key', 'external_id_key'])
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('id', '=', id)
        .executeTakeFirst();
      const renamed =
        before?.user_name_key !== row.user_name_key || before.external_id_key !== row.external_id_key;
      if (renamed) await lockNamesOfUser(on, user, [row.external_id, row.user_name]);
      await updateRow(on, user, row);
      await on.db
        .deleteFrom('directory_user_emails')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('user_id', '=', id)
        .execute();
      await insertEmails(on, user);
      return { joined: renamed ? await arrived(on, row) : [] };
    },

    async delete(user, at) {
      const { organization, directory, id } = user;
      const result = await on.db
        .deleteFrom('directory_users')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numDeletedRows, `directory user \`${id}\``);
      await on.db
        .deleteFrom('directory_user_emails')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('user_id', '=', id)
        .execute();
      // After the user: whoever was adding them to a group held their row until it was done.
      const left = await on.db
        .deleteFrom('directory_group_members')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('user_id', 'is not', null)
        .where('user_id', '=', id)
        .returning('group_id')
        .execute();
      await addToCount(on, 'directory_users', organization, directory, -1);
      await leaveTombstone(on, user, at);
      return { left: left.map(({ group_id }) => group_id) };
    },

    async setTookOver(organization, directory, users, at) {
      if (users !== 'all' && users.length === 0) return void on.db;
      await on.db
        .updateTable('directory_users')
        .set({ took_over_at: at ?? null })
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .$if(users !== 'all', (query) =>
          query.where(on.home.among(sql.ref('id'), users === 'all' ? [] : users)),
        )
        .$if(at === undefined, (query) => query.where('took_over_at', 'is not', null))
        .execute();
    },

    liftTombstones(organization, member) {
      return liftTombstones(on, organization, member);
    },
  };
}

async function updateRow(on: Executor, user: DirectoryUser, row: Tables['directory_users']): Promise<void> {
  const {
    organization,
    directory,
    id,
    created_at: _created,
    took_over_at: _took,
    version: _version,
    ...set
  } = row;
  const one = () =>
    on.db
      .updateTable('directory_users')
      .set(set)
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('organization', '=', organization)
      .where(ofDirectory(directory))
      .where('id', '=', id);
  // Asked before the index says no: a failed statement ends a transaction on PostgreSQL.
  const update = one()
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('directory_users as other')
            .select('other.id')
            .where('other.organization', '=', organization)
            .where(ofDirectory(directory, 'other'))
            .where('other.user_name_key', '=', row.user_name_key)
            .where('other.id', '<>', id),
        ),
      ),
    )
    .executeTakeFirst();
  const result = await orTaken(update, 'user-name-taken', userNameTaken(user).message);
  if (result.numUpdatedRows > 0n) return;
  const held = await of(on, organization, directory).where('id', '=', id).executeTakeFirst();
  if (held) throw userNameTaken(user);
  changedOne(0n, `directory user \`${id}\``);
}

async function insertEmails(on: Executor, user: DirectoryUser): Promise<void> {
  const rows = emailRows(user);
  if (rows.length > 0) await on.db.insertInto('directory_user_emails').values(rows).execute();
}

function of(on: Executor, organization: string, directory: string) {
  return on.db
    .selectFrom('directory_users')
    .selectAll()
    .where('organization', '=', organization)
    .where(ofDirectory(directory));
}

function several(on: Executor, organization: string, directory: string, ids: readonly string[]) {
  return of(on, organization, directory).where(on.home.among(sql.ref('id'), ids));
}

function userNameTaken(user: DirectoryUser): StoreError {
  return new StoreError(
    'user-name-taken',
    `another user of the directory has the userName \`${user.userName}\``,
  );
}
