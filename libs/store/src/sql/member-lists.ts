import { sql, type RawBuilder } from 'kysely';
import type { ReachingMember, ReachingMembersRequest } from '../ports/access.js';
import type { Page } from '../ports/page.js';
import type { StoredAccess } from '../ports/access.js';
import { present } from './column.js';
import { cursorOf, encode, pageOf, rowsFor } from './cursor.js';
import { endsAfter } from './ends-after.js';
import type { Executor } from './executor.js';
import { storedGrant, type StoredGrantRow } from './stored-grant.js';

interface MemberRow {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly active: number | boolean;
  /** Which one of those passed over it is. */
  readonly passed: number;
}

/** How many holders one page looks at: of very many who are not active, one statement passes over so many. */
const MOST_PASSED = 1_000;

/** A role held in one place: what an index finds the holders of, in the order of their ids. */
interface Stand {
  readonly role: string;
  readonly type: string;
  readonly id: string;
}

/** Active members who hold enough in one of the places, by id. A page may hold fewer than asked for, and say what follows. */
export async function reachingMembers(
  on: Executor,
  organization: string,
  request: ReachingMembersRequest,
): Promise<Page<ReachingMember>> {
  const after = cursorOf(request, 'string')?.[0] ?? '';
  const stands = request.places.flatMap(({ resource, roles }) =>
    roles.map((role): Stand => ({ role, type: resource?.type ?? '', id: resource?.id ?? '' })),
  );
  if (stands.length === 0) return { data: [] };
  const rows = await membersAfter(on, organization, { ...request, stands, after });
  const found = pageOf(
    rows.filter(({ active }) => active),
    request,
    (row) => row,
    (row) => [row.id, ''],
  );
  const stopped = rows.find(({ passed }) => passed === MOST_PASSED);
  const page = stopped && !found.after ? { ...found, after: encode([stopped.id, '']) } : found;
  const grants = await grantsOf(on, organization, { ...request, stands, members: page.data });
  return {
    ...page,
    data: page.data.map(({ id, email, name }) =>
      present({ member: id, email, name, grants: grants.get(id) ?? [] }),
    ),
  };
}

/** One look-up for each stand and member: whoever is not active is passed over. */
async function membersAfter(
  on: Executor,
  organization: string,
  request: ReachingMembersRequest & { readonly stands: readonly Stand[]; readonly after: string },
): Promise<readonly MemberRow[]> {
  const collation = sql.raw(on.home.types.text.replace(/^text/, ''));
  const firsts = request.stands.map(({ role, type, id }) => {
    const at = [sql`${role}`, sql`${type}`, sql`${id}`, sql`walk.id`];
    const next = on.home.nextInIndex('g', ['role', 'resource_type', 'resource_id', 'member'], at);
    return sql`select * from (
      select g.member as id from grants g
      where g.organization = ${organization} and ${next.condition} and ${endsAfter('g', request.now)}
      order by ${next.order} limit 1) as next_there`;
  });
  const ofMember = (column: string) => sql`(select ${sql.ref(`m.${column}`)} from members m
    where m.organization = ${organization} and m.id = walk.id)`;
  const isActive = sql`(${ofMember('status')} = 'active')`;
  const most = sql.lit(MOST_PASSED);
  const { rows } = await sql<MemberRow>`
    with recursive walk (id, passed) as (
      select cast(${request.after} as text)${collation}, 0
      union all
      select (select min(holders.id) from (${sql.join(firsts, sql` union all `)}) as holders), walk.passed + 1
      from walk where walk.id is not null and walk.passed < ${most}
    )
    select walk.id, ${ofMember('email')} as email, ${ofMember('name')} as name,
      ${isActive} as active, walk.passed
    from walk where walk.passed > 0 and walk.id is not null and (${isActive} or walk.passed = ${most})
    limit ${sql.lit(rowsFor(request))}`.execute(on.db);
  return rows;
}

async function grantsOf(
  on: Executor,
  organization: string,
  request: ReachingMembersRequest & {
    readonly stands: readonly Stand[];
    readonly members: readonly MemberRow[];
  },
): Promise<ReadonlyMap<string, StoredAccess['grants']>> {
  const found = new Map<string, StoredAccess['grants'][number][]>();
  if (request.members.length === 0) return found;
  const ids = sql.join(request.members.map(({ id }) => id));
  const held = request.stands.map(
    (stand, place) => sql`select * from (
      select g.member, g.id, g.role, g.resource_type, g.resource_id, g.source, g.basis, g.expires_at,
        ${sql.lit(place)} as place from grants g
      where ${standing(organization, stand)} and g.member in (${ids}) and ${endsAfter('g', request.now)}) as held`,
  );
  const { rows } = await sql<StoredGrantRow & { readonly member: string }>`
    ${sql.join(held, sql` union all `)} order by place, id`.execute(on.db);
  for (const row of rows) found.set(row.member, [...(found.get(row.member) ?? []), storedGrant(row)]);
  return found;
}

function standing(organization: string, { role, type, id }: Stand): RawBuilder<unknown> {
  return sql`g.organization = ${organization} and g.role = ${role}
    and g.resource_type = ${type} and g.resource_id = ${id}`;
}
