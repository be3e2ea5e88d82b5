import { sql } from 'kysely';
import type { MembershipChange, NamedMember } from '../ports/directory-groups.js';
import { bounded, nameKey } from './directory-keys.js';
import { resolve, type Resolved } from './directory-names.js';
import type { Executor } from './executor.js';
import { ofDirectory } from './of-directory.js';

interface Group {
  readonly organization: string;
  readonly directory: string;
  readonly group: string;
}

interface Gone {
  readonly value: string;
  readonly user_id: string | null;
}

const COLUMNS = ['value', 'user_id', 'type', 'display', 'long_value', 'name_key'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

export async function addMembers(
  on: Executor,
  place: Group,
  members: readonly NamedMember[],
): Promise<MembershipChange> {
  if (members.length === 0) return { joined: [], left: [], changed: false };
  return add(on, place, rowsOf(await resolve(on, place, members)));
}

export async function removeMembers(
  on: Executor,
  place: Group,
  values: readonly string[],
): Promise<MembershipChange> {
  const gone = await remove(on, place, values.map(bounded));
  const found = new Set(gone.map(({ value }) => value));
  // What is no value of a row may be another name of somebody who is in it.
  const names = values.filter((value) => !found.has(bounded(value)));
  if (names.length > 0) {
    const resolved = await resolve(
      on,
      place,
      names.map((value) => ({ value })),
    );
    const users = resolved.flatMap(({ user }) => user ?? []);
    if (users.length > 0) gone.push(...(await remove(on, place, users)));
  }
  return { joined: [], left: usersOf(gone), changed: gone.length > 0 };
}

export async function replaceMembers(
  on: Executor,
  place: Group,
  members: readonly NamedMember[],
): Promise<MembershipChange> {
  const rows = rowsOf(await resolve(on, place, members));
  const given = on.home.rows(
    ['value'],
    rows.map(({ value }) => ({ value })),
  );
  const kept = on.home.amongFound(sql.ref('value'), sql`select given.value from ${given} as given`, false);
  const { rows: gone } = await sql<Gone>`
    delete from directory_group_members where ${within(place)} and not (${kept})
    returning value, user_id`.execute(on.db);
  const { joined, changed } = await add(on, place, rows);
  return { joined, left: usersOf(gone), changed: changed || gone.length > 0 };
}

/** Rows that are there already are not touched. */
async function add(on: Executor, place: Group, rows: readonly Row[]): Promise<MembershipChange> {
  const values = rows.map(({ value }) => value ?? '');
  const { rows: held } = await sql<{ value: string }>`
    select value from directory_group_members
    where ${within(place)} and ${on.home.among(sql.ref('value'), values)}`.execute(on.db);
  const there = new Set(held.map(({ value }) => value));
  const wanted = rows.filter(({ value }) => !there.has(value ?? ''));
  const alive = await living(
    on,
    place,
    wanted.flatMap(({ user_id }) => user_id ?? []),
  );
  const missing = wanted.filter(({ user_id }) => user_id === null || alive.has(user_id));
  if (missing.length === 0) return { joined: [], left: [], changed: false };
  const { rows: added } = await sql<Gone>`
    insert into directory_group_members (
      organization, directory, group_id, value, user_id, type, display, long_value, name_key
    )
    select ${place.organization}, ${place.directory}, ${place.group}, ${sql.join(COLUMNS.map((column) => sql.ref(column)))}
    from ${on.home.rows(COLUMNS, missing)} as given
    where true
    on conflict (organization, group_id, value) do nothing
    returning value, user_id`.execute(on.db);
  return { joined: usersOf(added), left: [], changed: added.length > 0 };
}

/** Of these users, those that nobody has deleted and, until the transaction ends, nobody can. */
async function living(on: Executor, place: Group, users: readonly string[]): Promise<ReadonlySet<string>> {
  if (!on.home.rowLocks || users.length === 0) return new Set(users);
  const { rows } = await sql<{ id: string }>`
    select id from directory_users
    where organization = ${place.organization} and ${ofDirectory(place.directory)}
      and ${on.home.among(sql.ref('id'), users)}
    order by id for update`.execute(on.db);
  return new Set(rows.map(({ id }) => id));
}

async function remove(on: Executor, place: Group, values: readonly string[]): Promise<Gone[]> {
  if (values.length === 0) return [];
  const { rows } = await sql<Gone>`
    delete from directory_group_members
    where ${within(place)} and ${on.home.among(sql.ref('value'), values)}
    returning value, user_id`.execute(on.db);
  return rows;
}

function within({ organization, directory, group }: Group) {
  return sql`organization = ${organization} and ${ofDirectory(directory)} and group_id = ${group}`;
}

/** One row a value, whatever was said of it first. */
function rowsOf(members: readonly Resolved[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const { value, user, type, display } of members) {
    const key = user ?? bounded(value);
    if (rows.has(key)) continue;
    rows.set(key, {
      value: key,
      user_id: user ?? null,
      type,
      display: display ?? null,
      long_value: key === value || user !== undefined ? null : value,
      name_key: user === undefined && type === 'User' ? nameKey(value) : null,
    });
  }
  return [...rows.values()];
}

function usersOf(rows: readonly Gone[]): readonly string[] {
  return rows.flatMap(({ user_id }) => user_id ?? []);
}
