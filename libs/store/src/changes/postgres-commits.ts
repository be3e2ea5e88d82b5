import type { Change } from '../ports/access.js';
import { DELETED } from './touched.js';
import type { ListeningConnection } from './listening-connection.js';

export interface Heard {
  /** What was committed by then: `xmin:xmax:xip_list` as PostgreSQL writes it. */
  readonly snapshot: string;
  /** The server's clock, milliseconds since the epoch. */
  readonly at: number;
  readonly changes: readonly Change[];
}

interface Row {
  readonly snapshot: string;
  readonly at: string;
  readonly id: string | null;
  readonly organization: string;
  readonly members: string | null;
  readonly gone: boolean;
}

/** The snapshot now; whoever begins with it has heard nothing before it. */
export async function hearNow(connection: ListeningConnection): Promise<Heard> {
  const [row] = await connection.ask<Pick<Row, 'snapshot' | 'at'>>(
    `select pg_current_snapshot()::text as snapshot, ${NOW} as at`,
  );
  return { snapshot: row!.snapshot, at: Number(row!.at), changes: [] };
}

/**
 * What `before` did not see, without a gap: commits that began after it, and those it saw running. Ids would not do:
 * they are drawn before commits are visible, so that of two at once the lower may be seen later.
 */
export async function hearSince(
  connection: ListeningConnection,
  schema: string,
  before: string,
): Promise<Heard> {
  const [changes, organizations] = [`"${schema}".changes`, `"${schema}".organizations`];
  const rows = await connection.ask<Row>(
    `select seen.snapshot::text, seen.at, changes.id::text, changes.organization, changes.members,
        organizations.id is null as gone
      from (select pg_current_snapshot() as snapshot, ${NOW} as at) seen
      left join (
        select * from ${changes} where tx >= pg_snapshot_xmax($1::pg_snapshot)
        union all
        select * from ${changes} where tx in (select pg_snapshot_xip($1::pg_snapshot))
      ) changes on true
      left join ${organizations} on organizations.id = changes.organization
      order by changes.id`,
    [before],
  );
  const [{ snapshot, at }] = rows as readonly [Row];
  const unseen = rows.flatMap((row) => (row.id === null ? [] : [changeOf(row)]));
  return { snapshot, at: Number(at), changes: unseen };
}

const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

function changeOf({ id, organization, members, gone }: Row): Change {
  return {
    organization,
    version: gone ? DELETED : Number(id),
    members: members === null ? 'all' : (JSON.parse(members) as readonly string[]),
  };
}
