import type { AccessModel, PreparedSnapshot } from '@idp-roles/access';
import { prepareSnapshot } from '@idp-roles/access';
import type { ResourceReference } from '@idp-roles/mapping';
import type { Change, Store, StoredAccess } from '@idp-roles/store';
import { LRUCache } from 'lru-cache';

/** A member as the store has it now, ready for checks. */
export interface LiveMember {
  readonly stored: StoredAccess;
  readonly prepared: PreparedSnapshot;
  readonly sessions: ReadonlySet<string>;
}

export interface LiveAccessLimits {
  readonly members: number;
  readonly paths: number;
}

/**
 * Members' snapshots and resources' paths, kept until a change touches them (A7). On the instance that wrote, the
 * change is seen before the write's promise resolves; a fill that began before a change was seen is not kept.
 */
export class LiveAccess {
  readonly #members: LRUCache<string, LiveMember>;
  readonly #paths: LRUCache<string, readonly ResourceReference[]>;
  readonly #seen = new Map<string, number>();
  readonly #filling = new Map<string, Promise<LiveMember | undefined>>();
  readonly #unsubscribe: () => void;

  constructor(
    private readonly model: AccessModel,
    private readonly store: Store,
    limits: LiveAccessLimits = { members: 10_000, paths: 50_000 },
  ) {
    this.#members = new LRUCache({ max: limits.members });
    this.#paths = new LRUCache({ max: limits.paths });
    this.#unsubscribe = store.changes.subscribe((change) => this.#forget(change));
  }

  async snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    return (await this.member(organization, member))?.prepared;
  }

  async member(organization: string, member: string): Promise<LiveMember | undefined> {
    const key = `${organization}/${member}`;
    const kept = this.#members.get(key);
    if (kept) return kept;
    const filling = this.#filling.get(key) ?? this.#fill(key, organization, member);
    this.#filling.set(key, filling);
    try {
      return await filling;
    } finally {
      if (this.#filling.get(key) === filling) this.#filling.delete(key);
    }
  }

  /** The resource and its ancestors, nearest first; undefined where this organization does not know it. */
  async path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    const key = `${organization}/${resource.type}/${resource.id}`;
    const kept = this.#paths.get(key);
    if (kept) return kept;
    const version = this.#seen.get(organization) ?? 0;
    const path = await this.store.read.resources.path(organization, resource);
    if (path && (this.#seen.get(organization) ?? 0) === version) this.#paths.set(key, path);
    return path;
  }

  close(): void {
    this.#unsubscribe();
  }

  async #fill(key: string, organization: string, member: string): Promise<LiveMember | undefined> {
    for (;;) {
      const seen = this.#seen.get(organization) ?? 0;
      const [stored, tenantRoles] = await Promise.all([
        this.store.read.access.snapshot(organization, member),
        this.store.read.roles.all(organization),
      ]);
      if (seen !== (this.#seen.get(organization) ?? 0)) continue;
      if (!stored) return undefined;
      const prepared = prepareSnapshot(this.model, stored, tenantRoles);
      const live = { stored, prepared, sessions: new Set(stored.sessions) };
      this.#members.set(key, live);
      return live;
    }
  }

  #forget({ organization, members, version }: Change): void {
    this.#seen.set(organization, Math.max(version, (this.#seen.get(organization) ?? 0) + 1));
    if (members !== 'all') {
      for (const member of members) this.#drop(`${organization}/${member}`);
      return;
    }
    const prefix = `${organization}/`;
    for (const key of [...this.#members.keys(), ...this.#filling.keys()])
      if (key.startsWith(prefix)) this.#drop(key);
    for (const key of this.#paths.keys()) if (key.startsWith(prefix)) this.#paths.delete(key);
  }

  #drop(key: string): void {
    this.#members.delete(key);
    this.#filling.delete(key);
  }
}
