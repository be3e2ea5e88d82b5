import type { ResourceReference } from '@idp-roles/mapping';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { ReachedResource, ReachedResourcesRequest } from '../ports/access.js';
import type { Page } from '../ports/page.js';
import { StoreError } from '../ports/store.js';
import { present } from './column.js';
import { cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { endsAfter } from './ends-after.js';
import { ResourceWalk, type WalkedRow } from './resource-walk.js';

/** Of the page: all of the type, or what a walk below the member's grants found. */
type Mode = 'all' | 'below';

/**
 * The resources of one type that a member reaches. Everything of the type comes by id; otherwise the walk goes through the
 * topmost resources on which the member holds enough, and through what stands below each.
 */
export async function reachedResources(
  on: Executor,
  organization: string,
  request: ReachedResourcesRequest,
): Promise<Page<ReachedResource>> {
  const type = request.types[0] ?? '';
  const mode: Mode = request.everything ? 'all' : 'below';
  const name = `${mode}:${type}`;
  const at = placeOf(request, name);
  const rows =
    mode === 'all' ? await all(on, organization, request, at) : await below(on, organization, request, at);
  return pageOf(
    rows,
    request,
    (row) => present({ type, id: row.id, name: row.name }),
    (row) => [name, JSON.stringify(row.at)],
  );
}

interface FoundRow {
  readonly id: string;
  readonly name: string | null;
  readonly at: readonly (string | number)[];
}

/** Where the page before ended. */
function placeOf(request: ReachedResourcesRequest, name: string): readonly unknown[] {
  const [given, place] = cursorOf(request, 'string') ?? [name, '[]'];
  if (given !== name) throw otherList();
  try {
    const at: unknown = JSON.parse(place);
    if (Array.isArray(at)) return at;
  } catch {
    // Told below.
  }
  throw otherList();
}

function otherList(): StoreError {
  return new StoreError(
    'cursor-invalid',
    'that page was of another list, or what the member holds on the organization has changed; start again without `after`',
  );
}

async function all(
  on: Executor,
  organization: string,
  request: ReachedResourcesRequest,
  [after = '']: readonly unknown[],
): Promise<readonly FoundRow[]> {
  const [type = ''] = request.types;
  if (typeof after !== 'string') throw otherList();
  const { rows } = await sql<{ id: string; name: string | null }>`
    select r.id, r.name from resources r
    where r.organization = ${organization} and r.type = ${type} and r.id > ${after}
      and ${standsRight(organization, request.types, sql`r.id`)}
    order by r.id limit ${sql.lit(rowsFor(request))}`.execute(on.db);
  return rows.map((row) => ({ ...row, at: [row.id] }));
}

async function below(
  on: Executor,
  organization: string,
  request: ReachedResourcesRequest,
  at: readonly unknown[],
): Promise<readonly FoundRow[]> {
  const { member, now } = request;
  const types = request.types.toReversed();
  const roles = types.map((type) => request.sufficient.find((one) => one.on === type)?.roles ?? []);
  const walk = new ResourceWalk(on.home, {
    organization,
    types,
    rootAfter: (level, id) => {
      const firsts = (roles[level] ?? []).map((role) => {
        const at = [sql`${role}`, sql`${types[level]}`, id];
        const next = on.home.nextInIndex('g', ['role', 'resource_type', 'resource_id'], at);
        return sql`select * from (
          select g.resource_id as id from grants g
          where g.organization = ${organization} and g.member = ${member} and ${next.condition}
            and ${endsAfter('g', now)} and ${isRoot(level, sql`g.resource_id`)}
          order by ${next.order} limit 1) as next_of_role`;
      });
      if (firsts.length === 0) return sql`null`;
      return sql`(select min(roots.id) from (${sql.join(firsts, sql` union all `)}) as roots)`;
    },
    isRoot: (level, id) =>
      sql`${heldOn(sql`${types[level]}`, id, [level])} is not null and ${isRoot(level, id)}`,
  });
  const rows = await walk.rows(on, at, rowsFor(request));
  if (rows === undefined) throw otherList();
  return rows.map((row: WalkedRow) => ({ id: row.id, name: row.name, at: row.at }));

  /** Right by the model, and the topmost of those above it on which enough is held: no resource comes twice. */
  function isRoot(level: number, id: RawBuilder<unknown>): RawBuilder<SqlBool> {
    const above = roles.slice(0, level).flatMap((some, one) => (some.length > 0 ? [one] : []));
    const alone =
      above.length === 0 ? undefined : sql`${heldOn(sql`path.type`, sql`path.id`, above)} is null`;
    return standsRight(organization, types.slice(0, level + 1).toReversed(), id, alone);
  }

  /** Null where the member holds nothing there that would do. */
  function heldOn(
    type: RawBuilder<unknown>,
    id: RawBuilder<unknown>,
    levels: readonly number[],
  ): RawBuilder<unknown> {
    const enough = levels.flatMap((level) =>
      (roles[level] ?? []).map((role) => sql`(a.role = ${role} and a.resource_type = ${types[level]})`),
    );
    if (enough.length === 0) return sql`null`;
    return sql`(select 1 from grants a
      where a.organization = ${organization} and a.member = ${member}
        and a.resource_type = ${type} and a.resource_id = ${id} and ${endsAfter('a', now)}
        and (${sql.join(enough, sql` or `)}) limit 1)`;
  }
}

/**
 * That a resource and its ancestors are of these types, nearest first, and end at the organization: what `decide` asks of a path.
 * `above`: what must hold of each ancestor, as `path`. A scalar, so that no planner turns it into a join with all there is.
 */
function standsRight(
  organization: string,
  types: readonly ResourceReference['type'][],
  id: RawBuilder<unknown>,
  above?: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  const expected = sql.join(
    types.map((type, depth) => sql`when ${sql.lit(depth)} then ${type}`),
    sql` `,
  );
  const holds = above ? sql` and (path.depth = 0 or ${above})` : sql``;
  return sql<SqlBool>`(
    with recursive path (type, id, parent_type, parent_id, depth) as (
      select p.type, p.id, p.parent_type, p.parent_id, 0 from resources p
      where p.organization = ${organization} and p.type = ${types[0]} and p.id = ${id}
      union all
      select p.type, p.id, p.parent_type, p.parent_id, path.depth + 1 from path join resources p
      on p.organization = ${organization} and p.type = path.parent_type and p.id = path.parent_id
      where path.depth < ${sql.lit(types.length)}
    )
    select case when count(*) = ${sql.lit(types.length)} and min(
      case when path.type = case path.depth ${expected} end${holds} then 1 else 0 end) = 1 then 1 end
    from path) is not null`;
}
