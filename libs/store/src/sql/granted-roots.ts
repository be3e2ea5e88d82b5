import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { ReachedResourcesRequest } from '../ports/access.js';
import { endsAfter } from './ends-after.js';
import type { Home } from './home.js';
import { standsRight } from './stands-right.js';
import type { WalkedRoots } from './resource-walk.js';

type Text = RawBuilder<unknown>;

const PLACE = ['role', 'resource_type', 'resource_id'] as const;

/** Where a member's walk begins: on what they hold enough, and nothing above that: so no resource comes twice. */
export class GrantedRoots implements WalkedRoots {
  /** By level, as the types. */
  readonly #roles: readonly (readonly string[])[];

  constructor(
    private readonly home: Home,
    private readonly organization: string,
    private readonly types: readonly string[],
    private readonly request: ReachedResourcesRequest,
  ) {
    this.#roles = types.map((type) => request.sufficient.find((one) => one.on === type)?.roles ?? []);
  }

  rootAfter(level: number, id: Text): Text {
    const firsts = this.#rolesOn(level).map((role) => {
      const at = [sql`${role}`, sql`${this.types[level]}`, id];
      const { condition, order } = this.home.nextInIndex('g', PLACE, at);
      return sql`select * from (
        select g.resource_id as id from grants g
        where ${this.#ofMember('g')} and ${condition} and ${this.#lasts('g')}
          and ${this.#isTopmost(level, sql`g.resource_id`)}
        order by ${order} limit 1) as next_of_role`;
    });
    if (firsts.length === 0) return sql`null`;
    return sql`(select min(roots.id) from (${sql.join(firsts, sql` union all `)}) as roots)`;
  }

  isRoot(level: number, id: Text): RawBuilder<SqlBool> {
    return sql`(${this.#heldOn(level, id)} is not null and ${this.#isTopmost(level, id)})`;
  }

  #isTopmost(level: number, id: Text): RawBuilder<SqlBool> {
    const above = this.types
      .slice(0, level)
      .flatMap((_, one) =>
        this.#rolesOn(one).length > 0
          ? [sql`when ${sql.lit(level - one)} then ${this.#heldOn(one, sql`path.id`)}`]
          : [],
      );
    const types = this.types.slice(0, level + 1).toReversed();
    const alone = above.length > 0 ? sql`case path.depth ${sql.join(above, sql` `)} end is null` : undefined;
    return standsRight(this.organization, types, id, alone);
  }

  /** Null where the member holds nothing there that would do. Not by the index of the resource: many may hold something on it. */
  #heldOn(level: number, id: Text): Text {
    const held = this.#rolesOn(level).map((role) => {
      const at = [sql`${role}`, sql`${this.types[level]}`, id];
      const { condition, order } = this.home.sameInIndex('a', PLACE, at);
      return sql`(select 1 from grants a
        where ${this.#ofMember('a')} and ${condition} and ${this.#lasts('a')} order by ${order} limit 1)`;
    });
    return held.length === 0 ? sql`null` : sql`coalesce(${sql.join([...held, sql`null`])})`;
  }

  #rolesOn(level: number): readonly string[] {
    return this.#roles[level] ?? [];
  }

  #ofMember(grants: string): RawBuilder<SqlBool> {
    const column = (name: string) => sql.ref(`${grants}.${name}`);
    return sql`${column('organization')} = ${this.organization} and ${column('member')} = ${this.request.member}`;
  }

  #lasts(grants: string): RawBuilder<SqlBool> {
    return endsAfter(grants, this.request.now);
  }
}
