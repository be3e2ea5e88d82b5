import type { Connection, Directory } from '@idp-roles/store';
import { makesMembers, type RoleCatalogue } from '@idp-roles/use-cases';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';
import { asInstant } from '../request/instant.js';
import { serviceProvider, type ServiceProviderView } from './service-provider.js';

/** Secrets are no part of a stored connection, so none can come back. */
export interface ConnectionView {
  readonly id: string;
  readonly name: string;
  readonly protocol: 'saml' | 'oidc';
  readonly state: Connection['state'];
  readonly saml?: object;
  readonly oidc?: object;
  readonly allowIdpInitiated?: boolean;
  readonly defaultSyncMode: Connection['defaultSyncMode'];
  /** A role's slug. */
  readonly defaultRole?: string;
  readonly denyWithoutRole: boolean;
  readonly absentClaim: Connection['absentClaim'];
  /** As it is: where nobody said, it is off beside an active paired directory (L4). */
  readonly jit: boolean;
  readonly requiredClaims?: Connection['requiredClaims'];
  readonly subjectClaim?: string;
  readonly serviceProvider: ServiceProviderView;
  readonly loginUrl: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What an organization has beside the connection that tells how it is to be read. */
export interface ConnectionFacts {
  readonly roles: RoleCatalogue;
  readonly directories: readonly Directory[];
}

export function connectionView(
  connection: Connection,
  { roles, directories }: ConnectionFacts,
  urls: SignInUrls,
): ConnectionView {
  const { protocol, defaultRole } = connection;
  const { allowIdpInitiated, ...settings } = connection.settings;
  return {
    id: connection.id,
    name: connection.name,
    protocol,
    state: connection.state,
    [protocol]: settings,
    ...(protocol === 'saml' ? { allowIdpInitiated: allowIdpInitiated === true } : {}),
    defaultSyncMode: connection.defaultSyncMode,
    defaultRole: defaultRole === undefined ? undefined : roles.slugOf(defaultRole),
    denyWithoutRole: connection.denyWithoutRole,
    absentClaim: connection.absentClaim,
    jit: makesMembers({ directories }, connection),
    requiredClaims: connection.requiredClaims,
    subjectClaim: connection.subjectClaim,
    serviceProvider: serviceProvider(connection, urls),
    loginUrl: urls.loginUrl(connection.id),
    createdAt: asInstant(connection.createdAt),
    updatedAt: asInstant(connection.updatedAt),
  };
}
