import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { NamedMember } from '../ports/directory-groups.js';
import { bounded, exactKey, foldedKey, nameKey, namesOf } from './directory-keys.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';
import { ofDirectory } from './of-directory.js';

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
 * Names of a directory share this many locks: a server has room for some ten thousand at a time, of all its transactions
 * together, and a group may name more. At most 256: a digest's first byte tells which.
 */
const SLOTS = 256;

/**
 * A user who arrives and a group that names them before they have may not miss each other: both take the names first,
 * and only then look for the other. Users wait for each other by name alone, and for groups by slot.
 */
export async function lockNamesOfUser(
  on: Executor,
  { organization, directory }: Place,
  names: readonly (string | null)[],
): Promise<void> {
  const given = names.filter((name) => name !== null).map(nameKey);
  if (!on.home.rowLocks || given.length === 0) return;
  const own = given.map((name) => `name:${directory}:${name}`);
  await on.home.lockEach(on.db, organization, own, slotsOf(directory, given));
}

async function lockNamesOfGroup(on: Executor, { organization, directory }: Place, names: readonly string[]) {
  await on.home.lockEach(on.db, organization, slotsOf(directory, names.map(nameKey)));
}

function slotsOf(directory: string, names: readonly string[]): string[] {
  const slots = names.map((name) => createHash('sha256').update(name).digest().readUInt8(0) % SLOTS);
  return [...new Set(slots)].map((slot) => `names:${directory}:${slot}`);
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
    await lockNamesOfGroup(on, place, unknown);
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

/** By id first; then by `externalId` or `userName`, where they lead to one user. Names that mean nobody are not in it. */
async function meant(on: Executor, { organization, directory }: Place, names: readonly string[]) {
  const meanings = new Map<string, Meaning>();
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return meanings;
  const among = (column: string, keys: readonly string[]) =>
    sql`organization = ${organization} and ${ofDirectory(directory)} and ${on.home.among(sql.ref(column), keys)}`;
  const { rows } = await sql<{ readonly by: string; readonly key: string; readonly id: string }>`
    select 'id' as by, id as key, id from directory_users where ${among('id', wanted.map(bounded))}
    union all
    select 'external-id', external_id_key, id from directory_users
    where ${among('external_id_key', wanted.map(exactKey))}
    union all
    select 'user-name', user_name_key, id from directory_users
    where ${among('user_name_key', wanted.map(foldedKey))}
    union all
    select 'group', id, id from directory_groups where ${among('id', wanted.map(bounded))}`.execute(on.db);
  const found = new Map<string, string[]>();
  for (const { by, key, id } of rows) {
    const place = `${by} ${key}`;
    const ids = found.get(place);
    if (ids) ids.push(id);
    else found.set(place, [id]);
  }
  for (const name of wanted) {
    const [itself] = found.get(`id ${bounded(name)}`) ?? [];
    const keyed = [`external-id ${exactKey(name)}`, `user-name ${foldedKey(name)}`];
    const [user, ...others] = itself ? [itself] : new Set(keyed.flatMap((place) => found.get(place) ?? []));
    if (user !== undefined && others.length === 0) meanings.set(name, { user });
    else if (found.has(`group ${bounded(name)}`)) meanings.set(name, { group: true });
  }
  return meanings;
}

/** Memberships that waited for this user name it by id from now on; answers whose groups. Where two users fit, they wait on. */
export async function arrived(on: Executor, user: Tables['directory_users']): Promise<readonly string[]> {
  const { organization, directory, id } = user;
  const waiting = on.db
    .selectFrom('directory_group_members')
    .select(['group_id', 'value', 'long_value', 'display'])
    .where('organization', '=', organization)
    .where(ofDirectory(directory))
    .where('name_key', 'is not', null)
    .where(on.home.among(sql.ref('name_key'), namesOf(user)))
    .orderBy('group_id')
    .orderBy('value');
  const rows = await waiting.execute();
  const names = rows.map(({ value, long_value }) => long_value ?? value);
  const meanings = await meant(on, user, names);
  const mine = rows.filter((_, place) => meanings.get(names[place] ?? '')?.user === id);
  for (const { group_id, value } of mine)
    await on.db
      .deleteFrom('directory_group_members')
      .where('organization', '=', organization)
      .where(ofDirectory(directory))
      .where('group_id', '=', group_id)
      .where('value', '=', value)
      .execute();
  const groups = new Map(mine.map(({ group_id, display }) => [group_id, display]));
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
