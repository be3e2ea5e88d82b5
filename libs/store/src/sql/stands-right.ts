import type { ResourceReference } from '@idp-roles/mapping';
import { sql, type RawBuilder, type SqlBool } from 'kysely';

/**
 * That a resource and its ancestors are of these types, nearest first, and end at the organization: what `decide` asks of a path.
 * `above`: what must hold of each ancestor, as `path`. A scalar, so that no planner turns it into a join with all there is.
 */
export function standsRight(
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
