import type { SyncMode } from '@idp-roles/mapping';
import type { Connection, ConnectionSecrets, ConnectionState } from '@idp-roles/store';
import { requireAuthority } from './authority.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/** What the protocol packages validated, and what the sign-in asks of the connection. */
export interface ConnectionDraft {
  /** Given where the settings name it (its own addresses): `newId('con', organization)`. */
  readonly id?: string;
  readonly name: string;
  readonly protocol: Connection['protocol'];
  /** Without secrets, plain JSON. */
  readonly settings: Connection['settings'];
  readonly secrets?: ConnectionSecrets;
  readonly issuer: string;
  /** Active by default. */
  readonly state?: Exclude<ConnectionState, 'disabled'>;
  /** `force` by default. */
  readonly defaultSyncMode?: SyncMode;
  /** A slug. */
  readonly defaultRole?: string;
  readonly denyWithoutRole?: boolean;
  /** `revoke` by default. */
  readonly absentClaim?: Connection['absentClaim'];
  /** L4. By default true, and false while an active directory is paired with it. */
  readonly jit?: boolean;
  readonly requiredClaims?: Connection['requiredClaims'];
  readonly subjectClaim?: string;
  /** L10: whether other tenants sign in through the same issuer (Google, Entra multi-tenant, a shared realm). */
  readonly sharedIssuer: boolean;
}

/** M8, A9: a default role's slug → its id. */
export async function defaultRoleId(
  work: Work,
  roles: RoleCatalogue,
  slug: string | undefined,
): Promise<string | undefined> {
  if (slug === undefined) return undefined;
  const role = roles.bySlug(slug);
  const path = 'defaultRole';
  if (role === undefined) {
    const message = `this organization has no role \`${slug}\`; choose one it has`;
    refuseProblems([{ path, code: 'role-missing', message }]);
    return undefined;
  }
  if (!role.idpGrantable) {
    const message = `role \`${slug}\` may not be given by an identity provider; choose another`;
    refuseProblems([{ path, code: 'role-not-grantable', message }]);
  }
  if (role.on !== 'organization') {
    const message = `role \`${slug}\` is held on a ${role.on}; a default role is held on the organization`;
    refuseProblems([{ path, code: 'invalid', message }]);
  }
  await requireAuthority(work, roles, role.permissions);
  return role.id;
}

/** L10: without them anybody's tenant could sign in. A requirement that names no claim or accepts no value is none. */
export function hasRequiredClaims({ requiredClaims = {} }: Pick<Connection, 'requiredClaims'>): boolean {
  const wanted = Object.values(requiredClaims);
  return wanted.length > 0 && wanted.every((value) => value.length > 0);
}

export function requiredClaimsNeeded(): UseCaseError {
  return new UseCaseError(
    'required-claims-needed',
    'other organizations sign in through the same issuer; say in `requiredClaims` which claim tells yours apart (`hd`, `tid`, …), then activate',
  );
}

/** For audit events and answers: the default role as its slug, nothing secret. */
export function presentConnection(connection: Connection, roles: RoleCatalogue): Connection {
  const { defaultRole } = connection;
  return defaultRole === undefined ? connection : { ...connection, defaultRole: roles.slugOf(defaultRole) };
}
