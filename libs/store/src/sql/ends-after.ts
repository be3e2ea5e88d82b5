import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** A10: that the grant still gives something at `now`. */
export function endsAfter(grants: string, now: number): RawBuilder<SqlBool> {
  const ends = sql.ref(`${grants}.expires_at`);
  return sql<SqlBool>`(${ends} is null or ${ends} > ${now})`;
}
