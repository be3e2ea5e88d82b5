import { sql, type Kysely } from 'kysely';
import { DELETED, type Touched } from '../../changes/touched.js';
import type { Change } from '../../ports/access.js';
import type { CommitLog } from '../home.js';
import type { Tables } from '../tables.js';

/** A counter for each organization. With one writer, no transaction waits for it that does not wait anyway. */
export class OrganizationVersions implements CommitLog {
  readonly #known = new Map<string, number>();

  constructor(
    readonly reading: Kysely<Tables>,
    /** Whether another process has committed since this was asked last. */
    readonly changedElsewhere: () => boolean,
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

  committed(changes: readonly Change[]): void {
    for (const { organization, version } of changes)
      if (version === DELETED) this.#known.delete(organization);
      else this.#known.set(organization, Math.max(version, this.#known.get(organization) ?? 0));
  }

  async unheard(): Promise<readonly Change[]> {
    if (!this.changedElsewhere()) return [];
    const versions = await this.#read();
    const grown = [...versions].filter(
      ([organization, version]) => version > (this.#known.get(organization) ?? 0),
    );
    const deleted = [...this.#known.keys()].filter((organization) => !versions.has(organization));
    const changes: readonly Change[] = [
      ...grown.map(([organization, version]) => ({ organization, version, members: 'all' as const })),
      ...deleted.map((organization) => ({ organization, version: DELETED, members: 'all' as const })),
    ];
    this.committed(changes);
    return changes;
  }

  async #read(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.reading.selectFrom('organization_versions').selectAll().execute();
    return new Map(rows.map((row) => [row.organization, row.version]));
  }
}
