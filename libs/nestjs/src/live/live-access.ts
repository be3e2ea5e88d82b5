import type { AccessModel, PreparedSnapshot, TenantRole } from '@idp-roles/access';
import { prepareSnapshot } from '@idp-roles/access';
import type { ResourceReference } from '@idp-roles/mapping';
import type { Change, Store, StoredAccess } from '@idp-roles/store';
import { Logger } from '@nestjs/common';
import { Kept } from './kept.js';

/** A member as the store has it now, ready for checks. */
export interface LiveMember {
  readonly stored: Pick<StoredAccess, 'organization' | 'member' | 'email' | 'name'>;
  readonly prepared: PreparedSnapshot;
  readonly sessions: ReadonlySet<string>;
}

export interface LiveAccessLimits {
  readonly organizations: number;
  readonly members: number;
  readonly paths: number;
}

/**
 * Members' snapshots and resources' paths, kept until a change touches them (A7). On the instance that wrote, the
 * change is seen before the write's promise resolves; on others when their feed hears of it. Where the feed cannot be
 * sure to have heard everything, each question reads the store, and fails with it.
 */
export class LiveAccess {
  readonly #logger = new Logger('LiveAccess');
  readonly #members: Kept<LiveMember>;
  readonly #paths: Kept<readonly ResourceReference[]>;
  readonly #roles: Kept<readonly TenantRole[]>;
  readonly #unsubscribe: () => void;
  #wasCurrent = true;
  #closed = false;

  constructor(
    private readonly model: AccessModel,
    private readonly store: Store,
    limits: LiveAccessLimits = { organizations: 10_000, members: 10_000, paths: 50_000 },
  ) {
    const isCurrent = () => this.#isCurrent();
    this.#members = new Kept(limits.members, isCurrent);
    this.#paths = new Kept(limits.paths, isCurrent);
    this.#roles = new Kept(limits.organizations, isCurrent);
    this.#unsubscribe = store.changes.subscribe(
      (change) => this.#forget(change),
      () => this.#forgetAll(),
    );
  }

  async snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    return (await this.member(organization, member))?.prepared;
  }

  member(organization: string, member: string): Promise<LiveMember | undefined> {
    return this.#members.get(organization, member, () => this.#read(organization, member));
  }

  /** As the store has it, whatever is kept. */
  memberAnew(organization: string, member: string): Promise<LiveMember | undefined> {
    this.#members.drop(organization, member);
    return this.member(organization, member);
  }

  /** The resource and its ancestors, nearest first; undefined where this organization does not know it. */
  path(organization: string, resource: ResourceReference): Promise<readonly ResourceReference[] | undefined> {
    return this.#paths.get(organization, `${resource.type}/${resource.id}`, () =>
      this.store.read.resources.path(organization, resource),
    );
  }

  /** The organization's own roles (A9), as stored. */
  async tenantRoles(organization: string): Promise<readonly TenantRole[]> {
    return (await this.#roles.get(organization, '', () => this.store.read.roles.all(organization))) ?? [];
  }

  /** Answers by reading the store from now on. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#forgetAll();
  }

  async #read(organization: string, member: string): Promise<LiveMember | undefined> {
    const [stored, tenantRoles] = await Promise.all([
      this.store.read.access.snapshot(organization, member),
      this.tenantRoles(organization),
    ]);
    if (!stored) return undefined;
    const prepared = prepareSnapshot(this.model, stored, tenantRoles);
    const { email, name } = stored;
    const person = {
      organization,
      member,
      ...(email !== undefined && { email }),
      ...(name !== undefined && { name }),
    };
    return { stored: person, prepared, sessions: new Set(stored.sessions) };
  }

  #forget({ organization, members }: Change): void {
    if (members === 'all') {
      this.#members.dropAll(organization);
      this.#paths.dropAll(organization);
      this.#roles.dropAll(organization);
    } else if (members.length === 0) this.#paths.dropAll(organization);
    else for (const member of members) this.#members.drop(organization, member);
  }

  #forgetAll(): void {
    this.#members.clear();
    this.#paths.clear();
    this.#roles.clear();
  }

  #isCurrent(): boolean | Promise<boolean> {
    if (this.#closed) return false;
    const current = this.store.changes.isCurrent();
    return typeof current === 'boolean' ? this.#told(current) : current.then((answer) => this.#told(answer));
  }

  #told(current: boolean): boolean {
    if (current !== this.#wasCurrent && !this.#closed) {
      this.#wasCurrent = current;
      if (current) this.#logger.log('changes of other instances are heard again');
      else this.#warn();
    }
    return current;
  }

  #warn(): void {
    const { cause } = this.store.changes.status();
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
    this.#logger.warn(
      'changes of other instances may not be heard: each check reads the store',
      ...(why ? [why] : []),
    );
  }
}
