import type { RawBuilder, SqlBool } from 'kysely';

/** What finds the next row of an index, in a query that is limited to one. */
export interface NextInIndex {
  readonly condition: RawBuilder<SqlBool>;
  /** To order by. */
  readonly order: RawBuilder<unknown>;
}
