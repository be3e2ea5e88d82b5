import { sql, type Selectable } from 'kysely';
import type {
  DirectoryGroup,
  DirectoryGroupReader,
  DirectoryGroupWriter,
  GroupMember,
} from '../ports/directory-groups.js';
import { changedOne } from './changed-one.js';
import { present } from './column.js';
import { GROUP_ATTRIBUTES } from './directory-attributes.js';
import { addToCount } from './directory-counts.js';
import { exactKey, foldedKey } from './directory-keys.js';
import { addMembers, removeMembers, replaceMembers } from './directory-memberships.js';
import { directoryPage } from './directory-pages.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';
import { ofDirectory } from './of-directory.js';

export function directoryGroupReader(on: Executor): DirectoryGroupReader {
  return {
    async get(organization, directory, id) {
      const row = await one(on, organization, directory, id).executeTakeFirst();
      return row && toGroup(row);
    },

    query(organization, directory, query) {
      const paged = { table: 'directory_groups' as const, attributes: GROUP_ATTRIBUTES, toItem: toGroup };
      return directoryPage(on, paged, organization, directory, query);
    },

    async members(organization, directory, groups) {
      const rows = await on.db
        .selectFrom('directory_group_members as membership')
        .select(['group_id', 'value', 'long_value', 'user_id', 'type', 'display'])
        // Asked of each and not joined: joined, a small group might cost what all users do.
        .select((eb) =>
          eb
            .selectFrom('directory_users as users')
            .select((user) => user.fn.coalesce('users.display_name', 'users.user_name').as('name'))
            .where('users.organization', '=', organization)
            .whereRef('users.id', '=', 'membership.user_id')
            .as('name'),
        )
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where(on.home.among(sql.ref('group_id'), groups))
        .orderBy('group_id')
        .orderBy('value')
        .execute();
      const found = new Map<string, GroupMember[]>(groups.map((group) => [group, []]));
      for (const row of rows)
        found.get(row.group_id)?.push(
          present({
            value: row.long_value ?? row.value,
            user: row.user_id,
            type: row.type as GroupMember['type'],
            display: row.name ?? row.display,
          }),
        );
      return found;
    },

    async memberCounts(organization, directory, groups) {
      const rows = await on.db
        .selectFrom('directory_group_members')
        .select('group_id')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where(on.home.among(sql.ref('group_id'), groups))
        .groupBy('group_id')
        .execute();
      const found = new Map(rows.map(({ group_id, count }) => [group_id, Number(count)]));
      return new Map(groups.map((group) => [group, found.get(group) ?? 0]));
    },

    async users(organization, directory, group) {
      const rows = await on.db
        .selectFrom('directory_group_members')
        .select('user_id')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('group_id', '=', group)
        .where('user_id', 'is not', null)
        .orderBy('value')
        .execute();
      return rows.map(({ user_id }) => user_id ?? '');
    },
  };
}

export function directoryGroupWriter(on: Executor): DirectoryGroupWriter {
  return {
    ...directoryGroupReader(on),

    async insert(group) {
      await on.db.insertInto('directory_groups').values(toRow(group)).execute();
      await addToCount(on, 'directory_groups', group.organization, group.directory, 1);
    },

    async lock(organization, directory, id) {
      const row = await one(on, organization, directory, id)
        .$if(on.home.rowLocks, (query) => query.forUpdate())
        .executeTakeFirst();
      return row && toGroup(row);
    },

    async update(group) {
      const { organization, directory, id, created_at: _created, version: _version, ...row } = toRow(group);
      const result = await on.db
        .updateTable('directory_groups')
        .set(row)
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `directory group \`${id}\``);
    },

    async delete(organization, directory, id) {
      const rows = await on.db
        .deleteFrom('directory_group_members')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('group_id', '=', id)
        .returning('user_id')
        .execute();
      const result = await on.db
        .deleteFrom('directory_groups')
        .where('organization', '=', organization)
        .where(ofDirectory(directory))
        .where('id', '=', id)
        .executeTakeFirst();
      if (result.numDeletedRows > 0n) await addToCount(on, 'directory_groups', organization, directory, -1);
      return { left: rows.flatMap(({ user_id }) => user_id ?? []) };
    },

    addMembers: (organization, directory, group, members) =>
      addMembers(on, { organization, directory, group }, members),
    removeMembers: (organization, directory, group, values) =>
      removeMembers(on, { organization, directory, group }, values),
    replaceMembers: (organization, directory, group, members) =>
      replaceMembers(on, { organization, directory, group }, members),
  };
}

function one(on: Executor, organization: string, directory: string, id: string) {
  return on.db
    .selectFrom('directory_groups')
    .selectAll()
    .where('organization', '=', organization)
    .where(ofDirectory(directory))
    .where('id', '=', id);
}

function toGroup(row: Selectable<Tables['directory_groups']>): DirectoryGroup {
  return present({
    organization: row.organization,
    directory: row.directory,
    id: row.id,
    displayName: row.display_name,
    externalId: row.external_id,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

function toRow(group: DirectoryGroup): Tables['directory_groups'] {
  return {
    organization: group.organization,
    directory: group.directory,
    id: group.id,
    display_name: group.displayName,
    display_name_key: foldedKey(group.displayName),
    external_id: group.externalId ?? null,
    external_id_key: exactKey(group.externalId),
    version: group.version,
    created_at: group.createdAt,
    updated_at: group.updatedAt,
  };
}
