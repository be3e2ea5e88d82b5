import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { DELETED, type Touched } from '../../changes/touched.js';
import type { Change } from '../../ports/access.js';
import type { CommitLog } from '../home.js';
import type { Tables } from '../tables.js';

/** Rows are kept this long, the newest of an organization for good. */
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
  readonly id: number | null;
  readonly organization: string;
  readonly members: string | null;
  readonly gone: boolean;
  readonly below: string;
  readonly settled: boolean;
  readonly now: number;
}

/**
 * One row a commit and organization, inserted: unlike a counter, it makes no transaction wait for another. Ids are drawn
 * before commits are visible, so that of two at once the lower may be seen later. Whoever asks what is new therefore
 * goes by transaction ids: everything from the oldest one that was still running when it asked last.
 */
export class ChangeLog implements CommitLog {
  readonly instance = randomUUID();
  /** Every transaction below has been heard. */
  #below = '0';
  /** Of those not below: heard already. */
  #heard: ReadonlySet<number> = new Set();
  #askedAt = 0;
  #prunedAt = 0;

  constructor(
    readonly reading: Kysely<Tables>,
    /** Where commits are announced: other schemas in the same database do not hear them. */
    readonly channel: string,
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
    const rows = await this.#since(this.#below);
    const [first] = rows;
    if (!first) return [];
    const unheard = rows.filter((row) => row.id !== null && !this.#heard.has(row.id));
    // Whoever was away for so long finds only the newest of what it missed.
    const missedSome = first.now - this.#askedAt > KEPT_MS / 2;
    this.#below = first.below;
    this.#heard = new Set(rows.flatMap((row) => (row.id === null || row.settled ? [] : [row.id])));
    this.#askedAt = first.now;
    if (first.now - this.#prunedAt > PRUNED_EVERY_MS) {
      this.#prunedAt = first.now;
      await this.#prune();
    }
    return unheard.map((row) => ({
      organization: row.organization,
      version: row.gone ? DELETED : (row.id ?? 0),
      members: row.members === null || missedSome ? 'all' : (JSON.parse(row.members) as readonly string[]),
    }));
  }

  async #since(below: string): Promise<readonly ChangeRow[]> {
    const { rows } = await sql<ChangeRow>`
      select changes.id, changes.organization, changes.members, organizations.id is null as gone,
        changes.tx < seen.below as settled, seen.below::text, (extract(epoch from now()) * 1000)::bigint as now
      from (select pg_snapshot_xmin(pg_current_snapshot()) as below) seen
      left join changes on changes.tx >= ${below}::xid8 and changes.instance <> ${this.instance}
      left join organizations on organizations.id = changes.organization
      order by changes.id`.execute(this.reading);
    return rows;
  }

  /** Also what another cluster wrote, before a dump was restored here: its transaction ids mean nothing. */
  async #prune(): Promise<void> {
    await sql`
      delete from changes where (organization, id) in (
        select organization, id from changes old
        where at < now() - ${KEPT_MS} * interval '1 millisecond' and exists (
          select 1 from changes newer where newer.organization = old.organization and newer.id > old.id)
        limit ${PRUNED_AT_ONCE} for update skip locked)`.execute(this.reading);
  }
}

export const changesTable: readonly string[] = [
  `create table changes (
    organization text collate "C" not null,
    id bigint generated always as identity,
    instance text not null,
    members text,
    tx xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    primary key (organization, id)
  )`,
  'create index changes_tx on changes (tx)',
  'create index changes_at on changes (at)',
];
