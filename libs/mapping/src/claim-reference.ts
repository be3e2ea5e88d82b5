/**
 * Names that mean the same claim in different products; lookup tries them in this order after the literal name (M2).
 * Sources: OpenID Connect Core 5.1, RFC 4524 2.16 (`mail`), eduPerson 202208 (`isMemberOf`), the Entra ID and AD FS claim type lists.
 */
const families: readonly (readonly string[])[] = [
  [
    'email',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    'mail',
    'urn:oid:0.9.2342.19200300.100.1.3',
  ],
  [
    'groups',
    'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
    'http://schemas.xmlsoap.org/claims/Group',
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
  ],
  ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
  ['upn', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'],
  [
    'name',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
    'displayName',
    'urn:oid:2.16.840.1.113730.3.1.241',
  ],
  [
    'given_name',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname',
    'givenName',
    'urn:oid:2.5.4.42',
  ],
  ['family_name', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname', 'sn', 'urn:oid:2.5.4.4'],
];

const familyOf = new Map(families.flatMap((family) => family.map((name) => [name, family] as const)));
const emailNames: ReadonlySet<string> = new Set(familyOf.get('email'));
const noNames: readonly string[] = [];

/** The claim name under which Entra ID sends groups in SAML. */
export const entraGroups = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';

/** What a mapping's `claim` may lead to, parsed once. */
export interface ClaimReference {
  readonly claim: string;
  readonly aliases: readonly string[];
  /** Segments of the dotted path; absent where the claim is no path. */
  readonly path?: readonly string[];
}

export function isEmailClaim(claim: string): boolean {
  return emailNames.has(claim);
}

export function claimReference(claim: string): ClaimReference {
  const family = familyOf.get(claim);
  const aliases = family === undefined ? noNames : family.filter((name) => name !== claim);
  return claim.includes('.') ? { claim, aliases, path: pathSegments(claim) } : { claim, aliases };
}

/** `a\.b.c` → `a.b`, `c`. A backslash before anything but a dot or a backslash is itself. */
function pathSegments(claim: string): string[] {
  const segments: string[] = [];
  let segment = '';
  for (let at = 0; at < claim.length; at++) {
    const char = claim.charAt(at);
    const next = claim.charAt(at + 1);
    if (char === '\\' && (next === '.' || next === '\\')) {
      segment += next;
      at++;
    } else if (char === '.') {
      segments.push(segment);
      segment = '';
    } else {
      segment += char;
    }
  }
  segments.push(segment);
  return segments;
}
