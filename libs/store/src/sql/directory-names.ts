import { sql } from 'kysely';
import type { NamedMember } from '../ports/directory-groups.js';
import { fold } from '../fold.js';
import { bounded, exactKey, foldedKey } from './directory-keys.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

interface Place {
  readonly organization: string;
  readonly directory: string;
}

/** Who a name means: a user's id, or nobody yet; or a group. */
export interface Resolved {
  readonly value: string;
  readonly user?: string;
  readonly type: 'User' | 'Group';
  readonly display?: string;
}

/**
 * A user who arrives and a group that names them before they have may not miss each other: both take the names first,
 * and only then look for the other.
 */
export async function lockNames(
  on: Executor,
  { organization, directory }: Place,
  names: readonly (string | null)[],
): Promise<void> {
  const given = names
    .filter((name) => name !== null)
    .map((name) => `name:${directory}:${bounded(fold(name))}`);
  if (on.home.rowLocks && given.length > 0) await on.home.lockEach(on.db, organization, given);
}

/** One for each that was named, in that order; the same user may come twice. */
export async function resolve(
  on: Executor,
  place: Place,
  members: readonly NamedMember[],
): Promise<readonly Resolved[]> {
  const asked = members.filter(({ type }) => type !== 'Group').map(({ value }) => value);
  const first = await meant(on, place, asked);
  const unknown = [...new Set(asked)].filter((name) => !first.has(name));
  if (unknown.length > 0 && on.home.rowLocks) {
    await lockNames(on, place, unknown);
    for (const [name, meaning] of await meant(on, place, unknown)) first.set(name, meaning);
  }
  return members.map((member) =>
    resolvedAs(member, member.type === 'Group' ? undefined : first.get(member.value)),
  );
}

function resolvedAs({ value, type, display }: NamedMember, meaning: Meaning | undefined): Resolved {
  const shown = display === undefined ? {} : { display };
  if (meaning?.user !== undefined) return { value: meaning.user, user: meaning.user, type: 'User', ...shown };
  return { value, type: type ?? (meaning?.group ? 'Group' : 'User'), ...shown };
}

interface Meaning {
  readonly user?: string;
  readonly group?: boolean;
}

interface Match {
  readonly name: string;
  readonly by: 'id' | 'key' | 'group';
  readonly id: string;
}

/** By id first; then by `externalId` or `userName`, where they lead to one user. Names that mean nobody are not in it. */
async function meant(on: Executor, { organization, directory }: Place, names: readonly string[]) {
  const meanings = new Map<string, Meaning>();
  if (names.length === 0) return meanings;
  const rows = [...new Set(names)].map((name) => ({
    name,
    exact: bounded(name),
    external_id_key: exactKey(name),
    user_name_key: foldedKey(name),
  }));
  const named = on.home.rows(['name', 'exact', 'external_id_key', 'user_name_key'], rows.map(clean));
  const within = (table: string) =>
    sql`${sql.ref(`${table}.organization`)} = ${organization} and ${sql.ref(`${table}.directory`)} = ${directory}`;
  // `cross join` keeps SQLite from reading the directory first.
  const { rows: matches } = await sql<Match>`
    with named as (select * from ${named} as given)
    select named.name, 'id' as by, users.id from named cross join directory_users users
    where ${within('users')} and users.id = named.exact
    union all
    select named.name, 'key', users.id from named cross join directory_users users
    where ${within('users')} and users.external_id_key = named.external_id_key
    union all
    select named.name, 'key', users.id from named cross join directory_users users
    where ${within('users')} and users.user_name_key = named.user_name_key
    union all
    select named.name, 'group', groups.id from named cross join directory_groups groups
    where ${within('groups')} and groups.id = named.exact`.execute(on.db);
  const byKey = new Map<string, Set<string>>();
  for (const { name, by, id } of matches) {
    if (by === 'id') meanings.set(name, { user: id });
    else if (by === 'group') meanings.set(name, { group: true });
    else byKey.set(name, (byKey.get(name) ?? new Set()).add(id));
  }
  for (const [name, [user, ...others]] of byKey)
    if (user !== undefined && others.length === 0 && !meanings.has(name)) meanings.set(name, { user });
  return meanings;
}

function clean<Row extends Readonly<Record<string, string>>>(row: Row): Row {
  const entries = Object.entries(row).map(([name, text]) => [
    name,
    text.replaceAll('\0', '\ufffd').toWellFormed(),
  ]);
  return Object.fromEntries(entries) as Row;
}

/** Memberships that waited for this user name it by id from now on; answers whose groups. Where two users fit, they wait on. */
export async function arrived(on: Executor, user: Tables['directory_users']): Promise<readonly string[]> {
  const { organization, directory, id } = user;
  const names = [user.external_id, user.user_name].filter((name) => name !== null);
  const { rows: waiting } = await sql<
    Pick<Tables['directory_group_members'], 'group_id' | 'value' | 'display'>
  >`
    select group_id, value, display from directory_group_members waiting
    where organization = ${organization} and directory = ${directory}
      and name_key is not null and ${on.home.among(sql.ref('name_key'), names.map(nameKey))}
      and (name_key = ${nameKey(user.user_name)} or value = ${bounded(user.external_id ?? user.user_name)})
      and not exists (
        select 1 from directory_users other
        where other.organization = ${organization} and other.directory = ${directory}
          and other.user_name_key = '=' || waiting.name_key and other.id <> ${id})
      and not exists (
        select 1 from directory_users other
        where other.organization = ${organization} and other.directory = ${directory}
          and other.external_id_key = '=' || waiting.value and other.id <> ${id})
    order by group_id, value`.execute(on.db);
  if (waiting.length === 0) return [];
  await on.db
    .deleteFrom('directory_group_members')
    .where('organization', '=', organization)
    .where('directory', '=', directory)
    .where(on.home.among(sql.ref('name_key'), names.map(nameKey)))
    .where(
      on.home.among(
        sql.ref('value'),
        waiting.map(({ value }) => value),
      ),
    )
    .where(
      on.home.among(
        sql.ref('group_id'),
        waiting.map(({ group_id }) => group_id),
      ),
    )
    .execute();
  const groups = new Map(waiting.map(({ group_id, display }) => [group_id, display]));
  const joined: string[] = [];
  for (const [group_id, display] of groups) {
    const row = { organization, directory, group_id, value: id, user_id: id, type: 'User', display };
    const result = await on.db
      .insertInto('directory_group_members')
      .values({ ...row, long_value: null, name_key: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (result.numInsertedOrUpdatedRows !== 0n) joined.push(group_id);
  }
  return joined;
}

/** What a membership waits by: either key of a user, letter case aside; which of the two it was is told by `value`. */
export function nameKey(name: string): string {
  return bounded(fold(name));
}
