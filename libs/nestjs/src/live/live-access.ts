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

/** A read of one member's state under way. A change of what it reads makes it begin again: whoever joins later sees that change. */
interface Fill {
  done: Promise<LiveMember | undefined>;
  stale: boolean;
}

/**
 * Members' snapshots and resources' paths, kept until a change touches them (A7). On the instance that wrote, the
 * change is seen before the write's promise resolves; what was read before a change was seen is not kept. Changes of
 * other members disturb nobody's read, so that a busy organization does not starve its own guards.
 */
export class LiveAccess {
  readonly #members: LRUCache<string, LiveMember>;
  readonly #paths: LRUCache<string, readonly ResourceReference[]>;
  readonly #filling = new Map<string, Fill>();
  /** Changes of whole organizations seen so far. */
  #sweeps = 0;
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
    return (this.#filling.get(key) ?? this.#fill(key, organization, member)).done;
  }

  /** The resource and its ancestors, nearest first; undefined where this organization does not know it. */
  async path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    const key = `${organization}/${resource.type}/${resource.id}`;
    const kept = this.#paths.get(key);
    if (kept) return kept;
    const sweeps = this.#sweeps;
    const path = await this.store.read.resources.path(organization, resource);
    if (path && this.#sweeps === sweeps) this.#paths.set(key, path);
    return path;
  }

  close(): void {
    this.#unsubscribe();
  }

  #fill(key: string, organization: string, member: string): Fill {
    const fill: Fill = { stale: false, done: Promise.resolve(undefined) };
    this.#filling.set(key, fill);
    fill.done = this.#read(fill, key, organization, member).finally(() => this.#filling.delete(key));
    return fill;
  }

  async #read(
    fill: Fill,
    key: string,
    organization: string,
    member: string,
  ): Promise<LiveMember | undefined> {
    for (;;) {
      fill.stale = false;
      const [stored, tenantRoles] = await Promise.all([
        this.store.read.access.snapshot(organization, member),
        this.store.read.roles.all(organization),
      ]);
      if (fill.stale) continue;
      if (!stored) return undefined;
      const prepared = prepareSnapshot(this.model, stored, tenantRoles);
      const live = { stored, prepared, sessions: new Set(stored.sessions) };
      this.#members.set(key, live);
      return live;
    }
  }

  #forget({ organization, members }: Change): void {
    if (members !== 'all') {
      for (const member of members) this.#drop(`${organization}/${member}`);
      return;
    }
    this.#sweeps += 1;
    const prefix = `${organization}/`;
    for (const key of [...this.#members.keys(), ...this.#filling.keys()])
      if (key.startsWith(prefix)) this.#drop(key);
    for (const key of this.#paths.keys()) if (key.startsWith(prefix)) this.#paths.delete(key);
  }

  #drop(key: string): void {
    this.#members.delete(key);
    const fill = this.#filling.get(key);
    if (fill) fill.stale = true;
  }
}
