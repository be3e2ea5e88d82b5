import { sql, type Kysely } from 'kysely';
import type { KeptCommits } from '../../changes/postgres-feed.js';
import { DELETED, type Touched } from '../../changes/touched.js';
import type { CommitLog } from '../home.js';
import type { Tables } from '../tables.js';

const KEPT_MS = 10 * 60 * 1_000;
const PRUNED_AT_ONCE = 10_000;
/** A notification holds 8 000 bytes: https://www.postgresql.org/docs/current/sql-notify.html */
const LONGEST_MEMBERS = 6_000;

/**
 * One row a commit and organization, inserted: unlike a counter, no transaction waits for
 * another's row (NOTIFY has commits follow one another, see docs/storage.md). `PostgresFeed`
 * hears the notifications, and reads the rows of those that did not come.
 */
export class ChangeLog implements CommitLog, KeptCommits {
  constructor(
    readonly reading: Kysely<Tables>,
    /** Where commits are announced: other schemas in the same database do not hear them. */
    readonly channel: string,
    /** How long rows are kept; the newest of an organization always is. */
    readonly keptMs: number = KEPT_MS,
  ) {}

  versionOf(organization: string) {
    return sql<number | null>`(select max(id) from changes where organization = ${organization})`;
  }

  async record(trx: Kysely<Tables>, touched: Touched): Promise<ReadonlyMap<string, number>> {
    const { organizations } = touched;
    if (organizations.length === 0) return new Map();
    const members = organizations.map((organization) => {
      const some = touched.membersOf(organization);
      return some === 'all' ? null : JSON.stringify(some);
    });
    const { rows } = await sql<{ organization: string; version: number }>`
      with noted as (
        insert into changes (organization, members)
        select organization, members
        from unnest(${organizations}::text[], ${members}::text[]) as touched (organization, members)
        returning organization, id, members
      ), numbered as (
        select noted.organization, noted.members, case when organizations.id is null then ${DELETED} else noted.id end as version
        from noted left join organizations on organizations.id = noted.organization
      )
      select organization, version, pg_notify(${this.channel}, json_build_object(
        'organization', organization, 'version', version,
        'members', case when length(members) <= ${LONGEST_MEMBERS} then members::json end)::text)
      from numbered`.execute(trx);
    return new Map(rows.map((row) => [row.organization, row.version]));
  }

  /** Forgets commits that are older than what is kept, but for the newest of each organization. */
  async prune(): Promise<void> {
    // After a restore: ids of another cluster's transactions, which ours may not reach for years.
    await sql`
      update changes set tx = default where tx >= pg_snapshot_xmax(pg_current_snapshot())`.execute(
      this.reading,
    );
    await sql`
      delete from changes where (organization, id) in (
        select organization, id from changes old
        where at < now() - ${this.keptMs} * interval '1 millisecond' and exists (
          select 1 from changes newer where newer.organization = old.organization and newer.id > old.id)
        limit ${PRUNED_AT_ONCE} for update skip locked)`.execute(this.reading);
  }
}

export const changesTable: readonly string[] = [
  `create table changes (
    organization text collate "C" not null,
    id bigint generated always as identity,
    members text collate "C",
    tx xid8 not null default pg_current_xact_id(),
    at timestamptz not null default clock_timestamp(),
    primary key (organization, id)
  )`,
  'create index changes_tx on changes (tx)',
  'create index changes_at on changes (at)',
];
