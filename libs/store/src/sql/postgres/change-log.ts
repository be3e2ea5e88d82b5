import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { DELETED, type Touched } from '../../changes/touched.js';
import type { Change } from '../../ports/access.js';
import type { CommitLog } from '../home.js';
import type { Tables } from '../tables.js';

const KEPT_MS = 10 * 60 * 1_000;
const PRUNED_EVERY_MS = 60 * 1_000;
const PRUNED_AT_ONCE = 10_000;
/** A notification holds 8 000 bytes: https://www.postgresql.org/docs/current/sql-notify.html */
const LONGEST_MEMBERS = 6_000;

/** What a notification on the channel says, as JSON. `members` null: all, or more than a notification holds. */
export interface Notice {
  readonly instance: string;
  readonly organization: string;
  readonly version: number;
  readonly members: readonly string[] | null;
}

interface ChangeRow {
  readonly seen: string;
  readonly now: number;
  /** Null where there is no row. */
  readonly id: number | null;
  readonly organization: string;
  readonly members: string | null;
  readonly gone: boolean;
}

/**
 * One row a commit and organization, inserted: unlike a counter, it makes no transaction wait for another. Ids are drawn
 * before commits are visible, so that of two at once the lower may be seen later. Whoever asks what is new therefore asks
 * for what the snapshot of the last time did not show: https://www.postgresql.org/docs/current/functions-info.html
 */
export class ChangeLog implements CommitLog {
  readonly instance = randomUUID();
  /** The snapshot in which was asked last. */
  #seen: string | undefined;
  #askedAt = 0;
  #prunedAt = 0;

  constructor(
    readonly reading: Kysely<Tables>,
    /** Where commits are announced: other schemas in the same database do not hear them. */
    readonly channel: string,
    /** How long rows are kept; the newest of an organization always is. */
    readonly keptMs: number = KEPT_MS,
  ) {}

  async open(): Promise<void> {
    await this.unheard();
  }

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
        insert into changes (organization, members, instance)
        select organization, members, ${this.instance}
        from unnest(${organizations}::text[], ${members}::text[]) as touched (organization, members)
        returning organization, id, members
      ), numbered as (
        select noted.organization, noted.members, case when organizations.id is null then ${DELETED} else noted.id end as version
        from noted left join organizations on organizations.id = noted.organization
      )
      select organization, version, pg_notify(${this.channel}, json_build_object(
        'instance', ${this.instance}::text, 'organization', organization, 'version', version,
        'members', case when length(members) <= ${LONGEST_MEMBERS} then members::json end)::text)
      from numbered`.execute(trx);
    return new Map(rows.map((row) => [row.organization, row.version]));
  }

  /** Rows say whose they are. */
  committed(): void {}

  async unheard(): Promise<readonly Change[]> {
    const rows = await this.#unseen(this.#seen);
    const [{ seen, now }] = rows;
    // Whoever was away for so long finds only the newest row of what it missed.
    const missedSome = now - this.#askedAt > this.keptMs / 2;
    this.#seen = seen;
    this.#askedAt = now;
    if (now - this.#prunedAt > PRUNED_EVERY_MS) {
      this.#prunedAt = now;
      await this.prune();
    }
    return rows.flatMap(({ id, organization, members, gone }) => {
      if (id === null) return [];
      const some = members === null || missedSome ? 'all' : (JSON.parse(members) as readonly string[]);
      return [{ organization, version: gone ? DELETED : id, members: some }];
    });
  }

  async #unseen(before: string | undefined): Promise<readonly [ChangeRow, ...ChangeRow[]]> {
    const { rows } = await sql<ChangeRow>`
      select pg_current_snapshot()::text as seen, (extract(epoch from now()) * 1000)::bigint as now,
        changes.id, changes.organization, changes.members, organizations.id is null as gone
      from (values (${before ?? null}::pg_snapshot)) asked (before)
      left join changes on changes.tx >= pg_snapshot_xmin(asked.before)
        and not pg_visible_in_snapshot(changes.tx, asked.before) and changes.instance <> ${this.instance}
      left join organizations on organizations.id = changes.organization
      order by changes.id`.execute(this.reading);
    return rows as [ChangeRow, ...ChangeRow[]];
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
    instance text collate "C" not null,
    members text collate "C",
    tx xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    primary key (organization, id)
  )`,
  'create index changes_tx on changes (tx)',
  'create index changes_at on changes (at)',
];
