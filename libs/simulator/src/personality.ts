import { SimulatorError } from './error.js';
import { objectId } from './group-id.js';
import type { Person } from './person.js';

/** How an IdP sends what it knows about a person. */
export const personalities = {
  array: 'Groups as an array, empty for none',
  'single-string': 'One group as a single string, several as an array, none as no claim',
  'absent-when-none': 'Groups as an array; the claim is left out when there are none (Okta)',
  'uri-names': 'Claims named by URI (AD FS)',
  joined: 'Groups joined into one string with `;`',
  guids: 'Groups as object ids instead of names',
  entra: 'Entra ID: object ids, and in SAML claims named by URI',
  'friendly-names': 'SAML attributes named by OID with a FriendlyName (Shibboleth); OIDC as an array',
  'keycloak-paths': 'Groups as paths with a leading `/`, and realm roles (Keycloak)',
  overage: 'Too many groups to send: `_claim_names` in OIDC, `groups.link` in SAML (Entra ID)',
  'overage-hasgroups': 'Too many groups to send: `hasgroups` in OIDC, `groups.link` in SAML (Entra ID)',
  okta: 'Okta: an array, no claim when there are none; SCIM by PATCH, new profiles by PUT',
  jumpcloud: 'JumpCloud: an array; SCIM users by PUT, groups with their members',
  onelogin: 'OneLogin: an array; SCIM users by PUT, members added without a path',
} as const;

export type Personality = keyof typeof personalities;

/** @throws SimulatorError `personality-unknown` */
export function asPersonality(name: unknown): Personality {
  if (typeof name === 'string' && Object.hasOwn(personalities, name)) return name as Personality;
  const known = Object.keys(personalities).join(', ');
  throw new SimulatorError('personality-unknown', `no personality \`${String(name)}\`; known are ${known}`);
}

/** What is sent of a person's groups, before a protocol names it. `absent` sends no claim at all. */
export type SentGroups =
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'overage' };

const list = (values: readonly string[]): SentGroups => ({ kind: 'list', values });
const text = (value: string): SentGroups => ({ kind: 'text', value });
const absent: SentGroups = { kind: 'absent' };

export function sentGroups(person: Person, personality: Personality): SentGroups {
  const { groups } = person;
  switch (personality) {
    case 'array':
    case 'uri-names':
    case 'friendly-names':
    case 'jumpcloud':
    case 'onelogin':
      return list(groups);
    case 'single-string':
      if (groups.length > 1) return list(groups);
      return groups[0] === undefined ? absent : text(groups[0]);
    case 'absent-when-none':
    case 'okta':
      return groups.length ? list(groups) : absent;
    case 'joined':
      return groups.length ? text(groups.join(';')) : absent;
    case 'guids':
      return list(groups.map(objectId));
    case 'entra':
      return groups.length ? list(groups.map(objectId)) : absent;
    case 'keycloak-paths':
      return list(groups.map((group) => (group.startsWith('/') ? group : `/${group}`)));
    case 'overage':
    case 'overage-hasgroups':
      return { kind: 'overage' };
  }
}
