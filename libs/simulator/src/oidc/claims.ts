import { claimUri } from '../claim-uri.js';
import { objectId } from '../group-id.js';
import type { Person } from '../person.js';
import type { Personality, SentGroups } from '../personality.js';
import { sentGroups } from '../personality.js';

export type OidcClaims = { readonly sub: string } & Readonly<Record<string, unknown>>;

/** Claims by the scope that asks for them. What an operator adds by hand (groups, department) comes with `openid`. */
export const claimsByScope = {
  openid: [
    'sub',
    'groups',
    'department',
    'organization',
    'realm_access',
    'hasgroups',
    'oid',
    'tid',
    claimUri.groups,
    claimUri.department,
  ],
  email: ['email', 'email_verified'],
  profile: ['name', 'preferred_username'],
  groups: ['groups'],
};

/** @param claimSource where an overage marker points: a URL that nobody who is careful calls (rule M9) */
export function oidcClaims(person: Person, personality: Personality, claimSource: string): OidcClaims {
  const uriNames = personality === 'uri-names';
  const department = person.department === undefined ? {} : { department: person.department };
  return {
    sub: person.subject,
    name: person.name,
    preferred_username: person.login,
    email: person.email,
    email_verified: person.emailVerified,
    ...(uriNames && department.department ? { [claimUri.department]: department.department } : department),
    ...(person.organization !== undefined && { organization: person.organization }),
    ...(personality === 'entra' && {
      oid: objectId(person.subject),
      tid: objectId(person.email.slice(person.email.lastIndexOf('@') + 1)),
    }),
    ...(personality === 'keycloak-paths' && {
      realm_access: { roles: person.groups.map((group) => group.toLowerCase()) },
    }),
    ...groupClaims(
      sentGroups(person, personality),
      personality,
      uriNames ? claimUri.groups : 'groups',
      claimSource,
    ),
  };
}

function groupClaims(
  groups: SentGroups,
  personality: Personality,
  name: string,
  claimSource: string,
): Record<string, unknown> {
  switch (groups.kind) {
    case 'list':
      return { [name]: groups.values };
    case 'text':
      return { [name]: groups.value };
    case 'absent':
      return {};
    case 'overage':
      return personality === 'overage-hasgroups'
        ? { hasgroups: true }
        : { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: claimSource } } };
  }
}
