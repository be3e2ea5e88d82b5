import { emailVerifiedIn, type Claims } from '@idp-roles/mapping';
import type { AssertionAttribute } from './assertion-attributes.js';

/** Who signed in, as a page shows it. */
export interface Person {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly name?: string;
}

const xmlsoap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const microsoft = 'http://schemas.microsoft.com/identity/claims/';

/** Names by which IdPs send these, best first: plain, Entra and ADFS, LDAP OIDs (RFC 4519, RFC 4524, RFC 2798). Compared without case. */
const emailNames = [
  'email',
  'mail',
  'emailaddress',
  'e-mail',
  `${xmlsoap}emailaddress`,
  'urn:oid:0.9.2342.19200300.100.1.3',
  'urn:oid:1.2.840.113549.1.9.1',
  'user.email',
];
const fullNames = [
  'displayname',
  `${microsoft}displayname`,
  'urn:oid:2.16.840.1.113730.3.1.241',
  'cn',
  'urn:oid:2.5.4.3',
  'name',
];
const givenNames = [
  'givenname',
  'firstname',
  'first_name',
  'given_name',
  `${xmlsoap}givenname`,
  'urn:oid:2.5.4.42',
  'user.firstname',
];
const familyNames = [
  'surname',
  'lastname',
  'last_name',
  'family_name',
  'sn',
  `${xmlsoap}surname`,
  'urn:oid:2.5.4.4',
  'user.lastname',
];

/** `claims` are those of `attributes`. `emailVerified` is absent where the IdP said nothing. */
export function personOf(attributes: readonly AssertionAttribute[], claims: Claims): Person {
  const email = first(attributes, emailNames);
  const verified = emailVerifiedIn(claims);
  const parts = [first(attributes, givenNames), first(attributes, familyNames)].filter(
    (part) => part !== undefined,
  );
  const name = first(attributes, fullNames) ?? (parts.length > 0 ? parts.join(' ') : undefined);
  return {
    ...(email !== undefined && { email }),
    ...(verified !== undefined && { emailVerified: verified }),
    ...(name !== undefined && { name }),
  };
}

/** The first value that is not blank of the first name that has one: Names before FriendlyNames, as M2 looks claims up. */
function first(attributes: readonly AssertionAttribute[], names: readonly string[]): string | undefined {
  for (const nameOf of [(a: AssertionAttribute) => a.name, (a: AssertionAttribute) => a.friendlyName])
    for (const name of names)
      for (const attribute of attributes) {
        if (nameOf(attribute)?.toLowerCase() !== name) continue;
        const value = attribute.values.find((text) => text.trim() !== '');
        if (value !== undefined) return value.trim();
      }
  return undefined;
}
