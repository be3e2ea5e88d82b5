import { setImmediate } from 'node:timers/promises';
import { sql, type Selectable } from 'kysely';
import type { Directory, DirectoryReader, DirectoryToken, DirectoryWriter } from '../ports/directories.js';
import { changedOne } from './changed-one.js';
import { jsonOrNull, parsedOrNull, present } from './column.js';
import { createdAfter, cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { runShaped } from './shaped.js';
import type { Tables } from './tables.js';

export function directoryReader(on: Executor): DirectoryReader {
  return {
    async get(organization, id) {
      const row = await live(on, organization).where('id', '=', id).executeTakeFirst();
      return row && toDirectory(row);
    },

    async list(organization, request) {
      const rows = await live(on, organization)
        .where(createdAfter(cursorOf(request, 'number')))
        .orderBy('created_at')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toDirectory, (row) => [row.created_at, row.id]);
    },

    async all(organization) {
      const rows = await live(on, organization).orderBy('created_at').orderBy('id').execute();
      return rows.map(toDirectory);
    },

    async linking(organization) {
      const rows = await on.db
        .selectFrom('directories')
        .selectAll()
        .where('organization', '=', organization)
        .where('link', 'is not', null)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toDirectory);
    },

    async token(organization, directory, hash) {
      const { rows } = await runShaped(on, 'directory token', [organization, directory, hash, 0], () =>
        on.db
          .selectFrom('directory_tokens as token')
          .innerJoin('directories', (join) =>
            join
              .onRef('directories.organization', '=', 'token.organization')
              .onRef('directories.id', '=', 'token.directory'),
          )
          .selectAll('directories')
          .select([
            'token.id as token_id',
            'token.created_at as token_created_at',
            'token.expires_at',
            'token.last_used_at',
          ])
          .where('token.organization', '=', organization)
          .where('token.directory', '=', directory)
          .where('token.hash', '=', hash)
          .where('directories.deleted', '=', 0)
          .compile(),
      );
      const [row] = rows;
      if (!row) return undefined;
      const { token_id: id, token_created_at: created_at, expires_at, last_used_at } = row;
      return {
        token: toToken({ organization, directory, id, hash, created_at, expires_at, last_used_at }),
        directory: toDirectory(row),
      };
    },

    async tokens(organization, directory) {
      const rows = await on.db
        .selectFrom('directory_tokens')
        .selectAll()
        .where('organization', '=', organization)
        .where('directory', '=', directory)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toToken);
    },
  };
}

export function directoryWriter(on: Executor): DirectoryWriter {
  return {
    ...directoryReader(on),

    async insert(directory) {
      await on.db
        .insertInto('directories')
        .values({ ...toRow(directory), deleted: 0 })
        .execute();
    },

    async update(directory) {
      const { organization, id, created_at: _, ...row } = toRow(directory);
      const result = await on.db
        .updateTable('directories')
        .set(row)
        .where('organization', '=', organization)
        .where('id', '=', id)
        .where('deleted', '=', 0)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `directory \`${id}\``);
    },

    async delete(organization, id) {
      await on.db
        .updateTable('directories')
        .set({ deleted: 1 })
        .where('organization', '=', organization)
        .where('id', '=', id)
        .execute();
      await empty(on, 'directory_groups', organization, id);
      await empty(on, 'directory_users', organization, id);
      for (const table of ['directory_tokens', 'directory_counts'] as const)
        await on.db
          .deleteFrom(table)
          .where('organization', '=', organization)
          .where('directory', '=', id)
          .execute();
    },

    async insertToken(token) {
      await on.db
        .insertInto('directory_tokens')
        .values({
          organization: token.organization,
          directory: token.directory,
          id: token.id,
          hash: token.hash,
          created_at: token.createdAt,
          expires_at: token.expiresAt ?? null,
          last_used_at: token.lastUsedAt ?? null,
        })
        .execute();
    },

    async deleteToken(organization, directory, id) {
      const result = await on.db
        .deleteFrom('directory_tokens')
        .where('organization', '=', organization)
        .where('directory', '=', directory)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    async tokenUsed(organization, directory, id, at) {
      await on.db
        .updateTable('directory_tokens')
        .set({ last_used_at: at })
        .where('organization', '=', organization)
        .where('directory', '=', directory)
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
        .execute();
    },
  };
}

type Held = 'directory_users' | 'directory_groups';

/** Users or groups with their rows, some at a time. */
async function empty(on: Executor, table: Held, organization: string, directory: string): Promise<void> {
  const [below, owner, atOnce] = BELOW[table];
  for (;;) {
    const rows = await on.db
      .selectFrom(table)
      .select('id')
      .where('organization', '=', organization)
      .where('directory', '=', directory)
      .limit(atOnce)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return;
    // The embedded home would let nobody else in until all of it is gone.
    await setImmediate();
    const of = (name: string, column: string) =>
      sql`delete from ${sql.table(name)} where organization = ${organization} and ${on.home.among(sql.ref(column), ids)}`;
    await of(below, owner).execute(on.db);
    await of(table, 'id').execute(on.db);
  }
}

const BELOW: Readonly<Record<Held, readonly [table: keyof Tables, owner: string, atOnce: number]>> = {
  directory_users: ['directory_user_emails', 'user_id', 1_000],
  directory_groups: ['directory_group_members', 'group_id', 20],
};

function live(on: Executor, organization: string) {
  return on.db
    .selectFrom('directories')
    .selectAll()
    .where('organization', '=', organization)
    .where('deleted', '=', 0);
}

function toDirectory(row: Omit<Selectable<Tables['directories']>, 'deleted'>): Directory {
  return present({
    organization: row.organization,
    id: row.id,
    name: row.name,
    state: row.state as Directory['state'],
    defaultRole: row.default_role,
    pairedConnections: parsedOrNull<readonly string[]>(row.paired_connections),
    link: parsedOrNull<NonNullable<Directory['link']>>(row.link),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

function toRow(directory: Directory): Omit<Tables['directories'], 'deleted'> {
  return {
    organization: directory.organization,
    id: directory.id,
    name: directory.name,
    state: directory.state,
    default_role: directory.defaultRole ?? null,
    paired_connections: jsonOrNull(directory.pairedConnections),
    link: jsonOrNull(directory.link),
    created_at: directory.createdAt,
    updated_at: directory.updatedAt,
  };
}

function toToken(row: Selectable<Tables['directory_tokens']>): DirectoryToken {
  return present({
    organization: row.organization,
    directory: row.directory,
    id: row.id,
    hash: row.hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  });
}
