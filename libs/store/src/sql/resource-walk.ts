import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Executor } from './executor.js';
import type { Home } from './home.js';

type Text = RawBuilder<unknown>;

/** Where a walk begins, and what it may go into. Levels count from the type right below the organization. */
export interface WalkedTree {
  readonly organization: string;
  /** From the top down; the last is the one that is looked for. */
  readonly types: readonly string[];
  readonly roots: WalkedRoots;
}

export interface WalkedRoots {
  /** The least id above `id` of those at which the walk begins on this level; null where there is none. */
  rootAfter(level: number, id: Text): Text;
  isRoot(level: number, id: Text): RawBuilder<SqlBool>;
}

export interface WalkedRow {
  readonly id: string;
  readonly name: string | null;
  /** The root's level, and the ids from there to the resource: where the next page goes on. */
  readonly at: readonly (string | number)[];
}

/**
 * Goes through subtrees one row after another, in one statement: each row of a recursive query is one look-up in an index,
 * so that a page costs what it passes over, however a planner sees it and however many resources there are. Roots come by
 * level and id; below each, children by id.
 *
 * A row stands at `level` and asks for what comes after `i<level>`: below `i<level - 1>`, or where `level` is `root` among the
 * roots. Rows alternate between asking (`asked` = 0) and having an answer in `found`.
 */
export class ResourceWalk {
  readonly #last: number;
  readonly #ids: readonly string[];
  /** As columns compare text (D1). */
  readonly #collation: RawBuilder<unknown>;

  constructor(
    private readonly home: Home,
    private readonly tree: WalkedTree,
  ) {
    this.#last = tree.types.length - 1;
    this.#ids = tree.types.map((_, level) => `i${level}`);
    this.#collation = sql.raw(home.types.text.replace(/^text/, ''));
  }

  /** Undefined where `at` is no place that such a walk can come to. What stands there by now is asked anew: a cursor opens nothing. */
  async rows(on: Executor, at: readonly unknown[], limit: number): Promise<readonly WalkedRow[] | undefined> {
    const begin = this.#begin(at);
    if (begin === undefined) return undefined;
    const { organization, types } = this.tree;
    const ids = sql.join(this.#ids.map((id) => sql.ref(id)));
    const { rows } = await sql<Record<string, string | number | null>>`
      with recursive walk (root, level, ${ids}, found, asked) as (
        select ${begin}
        union all
        select ${this.#step()} from walk w
        where not (w.asked = 1 and w.found is null and w.level = w.root and w.root = ${sql.lit(this.#last)})
      )
      select walk.*, (select r.name from resources r where r.organization = ${organization}
        and r.type = ${types[this.#last]} and r.id = walk.found) as name
      from walk where walk.asked = 1 and walk.found is not null and walk.level = ${sql.lit(this.#last)}
      limit ${sql.lit(limit)}`.execute(on.db);
    return rows.map((row) => {
      const root = Number(row['root']);
      const found = String(row['found']);
      const above = this.#ids.slice(root, -1).map((id) => String(row[id]));
      const name = row['name'];
      return { id: found, name: typeof name === 'string' ? name : null, at: [root, ...above, found] };
    });
  }

  #begin(at: readonly unknown[]): Text | undefined {
    const [root = 0, ...ids] = at;
    const isLevel = typeof root === 'number' && this.tree.types[root] !== undefined;
    if (!isLevel || !ids.every((id) => typeof id === 'string')) return undefined;
    if (at.length > 0 && ids.length !== this.tree.types.length - root) return undefined;
    const idAt = (level: number): Text => this.#text(ids[level - root] ?? '');
    const level = at.length === 0 ? sql.lit(0) : this.#levelOf(root, idAt);
    const columns = this.#ids.map((_, one) => idAt(one));
    return sql`${sql.lit(root)}, ${level}, ${sql.join(columns)}, ${this.#text(null)}, 0`;
  }

  /** The deepest level that can still be gone on with: what is no root any more, or was moved away, is left. */
  #levelOf(root: number, idAt: (level: number) => Text): Text {
    const { organization, types, roots } = this.tree;
    const links: Text[] = [];
    for (let level = root + 1; level < this.#last; level++) {
      links.push(sql`when (select 1 from resources r
        where r.organization = ${organization} and r.type = ${types[level]} and r.id = ${idAt(level)}
          and r.parent_type = ${types[level - 1]} and r.parent_id = ${idAt(level - 1)}) is null
        then ${sql.lit(level)}`);
    }
    if (root === this.#last) return sql.lit(root);
    return sql`case when not (${roots.isRoot(root, idAt(root))}) then ${sql.lit(root)}
      ${sql.join(links, sql` `)} else ${sql.lit(this.#last)} end`;
  }

  #step(): Text {
    const last = sql.lit(this.#last);
    const ids = this.#ids.map((id, level) => {
      const own = sql.ref(`w.${id}`);
      const here = sql.lit(level);
      return sql`case when w.asked = 0 then ${own}
        when w.found is not null and w.level = ${here} then w.found
        when w.found is not null and w.level + 1 = ${here} then ${this.#text('')}
        when w.found is null and w.level = w.root and w.root + 1 = ${here} then ${this.#text('')}
        else ${own} end`;
    });
    return sql`
      case when w.asked = 1 and w.found is null and w.level = w.root then w.root + 1 else w.root end,
      case when w.asked = 0 then w.level
        when w.found is not null then case when w.level < ${last} then w.level + 1 else w.level end
        when w.level > w.root then w.level - 1 else w.root + 1 end,
      ${sql.join(ids)},
      case when w.asked = 0 then ${this.#answer()} end,
      1 - w.asked`;
  }

  #answer(): Text {
    const { types, roots } = this.tree;
    const answers = types.map((_, level) => {
      const after = sql.ref(`w.${this.#ids[level]}`);
      const root = roots.rootAfter(level, after);
      const child = level === 0 ? sql`null` : this.#childAfter(level, after);
      return sql`when ${sql.lit(level)} then case when w.root = w.level then ${root} else ${child} end`;
    });
    return sql`case w.level ${sql.join(answers, sql` `)} end`;
  }

  #childAfter(level: number, after: Text): Text {
    const { organization, types } = this.tree;
    const parent = sql.ref(`w.${this.#ids[level - 1]}`);
    const next = this.home.nextInIndex(
      'c',
      ['parent_id', 'type', 'id'],
      [parent, sql`${types[level]}`, after],
    );
    return sql`(select c.id from resources c
      where c.organization = ${organization} and c.parent_type = ${types[level - 1]} and ${next.condition}
      order by ${next.order} limit 1)`;
  }

  #text(value: string | null): Text {
    return sql`cast(${value} as text)${this.#collation}`;
  }
}
