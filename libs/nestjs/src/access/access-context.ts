import type {
  AccessModel,
  Permission,
  PreparedSnapshot,
  SnapshotGrant,
  TypedReference,
} from '@idp-roles/access';
import type { AccessReader } from './access-reader.js';
import type { Principal } from './principal-provider.js';

/** One role that the member holds. */
export interface HeldRole {
  /** The grant's id. */
  readonly id: string;
  /** The role's slug. */
  readonly role: string;
  /** Absent: held on the organization. */
  readonly resource?: SnapshotGrant['resource'];
  /** `api`, `sso:<connection>` or `directory:<directory>`. */
  readonly source: string;
  readonly basis: SnapshotGrant['basis'];
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Who is asking, as `@CurrentAccess` injects it. `AccessContext<typeof access>` knows the model's permissions and types. */
export class AccessContext<Model extends AccessModel = AccessModel> {
  readonly organization: string;
  readonly member: string;
  readonly session?: Principal['session'];
  /** What the member held when the request was let in, expired grants left out. */
  declare readonly roles: readonly HeldRole[];
  readonly #reader: AccessReader;

  constructor(principal: Principal, snapshot: PreparedSnapshot, reader: AccessReader, now: number) {
    this.organization = snapshot.organization;
    this.member = snapshot.member;
    if (principal.session) this.session = principal.session;
    // Unpacked by whoever reads it: GraphQL makes a context for each field, and few fields ask.
    let roles: readonly HeldRole[] | undefined;
    const held = () => (roles ??= heldRoles(snapshot, now));
    Object.defineProperty(this, 'roles', { enumerable: true, get: held });
    this.#reader = reader;
  }

  /** Asked of the current state, also long after the request was let in. Rejects with a 503 where it cannot be read. */
  async can(permission: Permission<Model>, resource?: TypedReference<Model>): Promise<boolean> {
    const snapshot = await this.#reader.snapshot(this.organization, this.member);
    if (snapshot === undefined) return false;
    return (await this.#reader.decide(snapshot, { permission, ...(resource && { resource }) })).allowed;
  }
}

function heldRoles(snapshot: PreparedSnapshot, now: number): readonly HeldRole[] {
  return snapshot.grants
    .filter(({ expiresAt }) => expiresAt === undefined || now < expiresAt)
    .map(({ id, role, resource, source, basis, expiresAt }) => ({
      id,
      role: snapshot.roleById(role)?.slug ?? role,
      ...(resource && { resource }),
      source,
      basis,
      ...(expiresAt !== undefined && { expiresAt }),
    }));
}
