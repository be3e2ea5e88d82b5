import type { Claim, Claims, ClaimValue } from '@idp-roles/mapping';
import type { DirectoryUser, GroupOfUser } from '@idp-roles/store';
import { emailIn } from './directory-person.js';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** RFC 7643, sections 3.1, 4.1 and 4.3: what means something else than an extension's attribute of that name, whether the person has it or not. */
const core: ReadonlySet<string> = new Set(
  [
    'schemas id externalId meta userName name displayName nickName profileUrl title userType preferredLanguage locale timezone',
    'active password emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates email',
  ].flatMap((names) => names.split(' ')),
);

type Described = Pick<DirectoryUser, 'attributes' | 'userName' | 'externalId' | 'active'>;

/**
 * M2: what a directory says about a person, each under a literal name. `groups` are display names, `groups.id` SCIM ids,
 * `groups.externalId` the IdP's keys; `email` is the primary, else the first work address, else the first. Core attributes by their names,
 * sub-attributes as `name.familyName`, of multi-valued ones all (`emails` is `emails.value`); an extension's under its URN
 * (`urn:…:User:department`) and, where nothing of the core has the name, as `department`; the enterprise extension's first.
 * Nothing is ever incomplete (M9): the directory holds the whole person.
 */
export function directoryClaims(user: Described, groups: readonly GroupOfUser[]): Claims {
  const byName = new Map<string, Claim>();
  const say = (name: string, value: ClaimValue) => byName.set(name, { name, value });
  for (const [name, value] of Object.entries(user.attributes)) {
    if (!isUrn(name) && name !== 'groups') describe(say, name, value);
  }
  for (const [urn, extension] of extensionsOf(user.attributes)) {
    for (const [name, value] of Object.entries(extension)) describe(say, `${urn}:${name}`, value);
  }
  for (const [, extension] of extensionsOf(user.attributes)) {
    for (const [name, value] of Object.entries(extension)) {
      if (!core.has(name) && !byName.has(name)) describe(say, name, value);
    }
  }
  say('userName', user.userName);
  say('active', user.active);
  if (user.externalId !== undefined) say('externalId', user.externalId);
  const email = emailIn(user.attributes);
  if (email !== undefined) say('email', email);
  else byName.delete('email');
  say(
    'groups',
    groups.map(({ displayName }) => displayName),
  );
  say(
    'groups.id',
    groups.map(({ id }) => id),
  );
  say(
    'groups.externalId',
    groups.flatMap(({ externalId }) => externalId ?? []),
  );
  return { byName, incomplete: new Map() };
}

type Say = (name: string, value: ClaimValue) => void;
type Complex = Readonly<Record<string, ClaimValue>>;

/** A complex value is named by its `value`, where it has one (`manager`, each of `emails`); everything in it by its own name. */
function describe(say: Say, name: string, value: unknown): void {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const complex = list.filter(isComplex);
  if (complex.length === 0) {
    if (value !== undefined) say(name, value as ClaimValue);
    return;
  }
  const subAttributes = new Set(complex.flatMap((one) => Object.keys(one)));
  for (const sub of subAttributes) {
    const values = complex.flatMap((one) => (Object.hasOwn(one, sub) ? [one[sub] ?? null] : []));
    say(`${name}.${sub}`, values);
    if (sub === 'value') say(name, values);
  }
}

function extensionsOf(attributes: Described['attributes']): [string, Readonly<Record<string, unknown>>][] {
  return Object.entries(attributes)
    .flatMap(([urn, extension]) =>
      isUrn(urn) && isComplex(extension) ? [[urn, extension] satisfies [string, Complex]] : [],
    )
    .toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

function rank(urn: string): number {
  return urn.toLowerCase() === enterprise.toLowerCase() ? 0 : 1;
}

function isUrn(name: string): boolean {
  return /^urn:/i.test(name);
}

function isComplex(value: unknown): value is Complex {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
