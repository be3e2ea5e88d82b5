import { sql, type Kysely } from 'kysely';
import type { FileCommits } from '../../changes/embedded-feed.js';
import { DELETED, type Touched } from '../../changes/touched.js';
import type { Change } from '../../ports/access.js';
import type { CommitLog } from '../home.js';
import type { Tables } from '../tables.js';

/** A counter for each organization. With one writer, no transaction waits for it that does not wait anyway. */
export class OrganizationVersions implements CommitLog, FileCommits {
  readonly #known = new Map<string, number>();
  #unheard = false;

  constructor(
    readonly reading: Kysely<Tables>,
    /** Whether another process has committed since this was asked last. */
    readonly fileChanged: () => boolean,
  ) {}

  async open(): Promise<void> {
    for (const [organization, version] of await this.#read()) this.#known.set(organization, version);
  }

  versionOf(organization: string) {
    return sql<
      number | null
    >`(select version from organization_versions versions where organization = ${organization})`;
  }

  async record(trx: Kysely<Tables>, { organizations }: Touched): Promise<ReadonlyMap<string, number>> {
    const versions = new Map<string, number>();
    for (const organization of organizations) {
      const { rows } = await sql<{ version: number }>`
        insert into organization_versions (organization, version)
        select id, 1 from organizations where id = ${organization}
        on conflict (organization) do update set version = organization_versions.version + 1
        returning version`.execute(trx);
      if (rows[0]) versions.set(organization, rows[0].version);
    }
    return versions;
  }

  /** Over a gap, another process committed between ours: that one is yet to be heard. */
  committed(changes: readonly Change[]): void {
    for (const { organization, version } of changes)
      if (version === DELETED) this.#known.delete(organization);
      else if (version === (this.#known.get(organization) ?? 0) + 1) this.#known.set(organization, version);
  }

  changedElsewhere(): boolean {
    this.#unheard ||= this.fileChanged();
    return this.#unheard;
  }

  async unheard(): Promise<readonly Change[]> {
    if (!this.changedElsewhere()) return [];
    this.#unheard = false;
    try {
      return this.#compare(await this.#read());
    } catch (error) {
      this.#unheard = true;
      throw error;
    }
  }

  #compare(versions: ReadonlyMap<string, number>): readonly Change[] {
    const changes: Change[] = [];
    for (const [organization, version] of versions)
      if (version > (this.#known.get(organization) ?? 0)) {
        this.#known.set(organization, version);
        changes.push({ organization, version, members: 'all' });
      }
    for (const organization of this.#known.keys())
      if (!versions.has(organization)) {
        this.#known.delete(organization);
        changes.push({ organization, version: DELETED, members: 'all' });
      }
    return changes;
  }

  async #read(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.reading.selectFrom('organization_versions').selectAll().execute();
    return new Map(rows.map((row) => [row.organization, row.version]));
  }
}
