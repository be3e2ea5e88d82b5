import { objectId } from '../group-id.js';
import type { Person } from '../person.js';

/** What a directory is told of a person. */
export interface ScimPerson {
  /** Given at the first push, and never another after that. */
  readonly externalId: string;
  readonly userName: string;
  readonly givenName: string;
  readonly familyName?: string;
  readonly displayName: string;
  readonly department?: string;
  readonly active: boolean;
}

/** The key is the subject of sign-ins, and with Entra ID the object id that it sends as `oid`: a directory can link by it (L4). */
export function scimPerson(
  person: Person,
  { keysAreObjectIds }: { readonly keysAreObjectIds: boolean },
  externalId?: string,
): ScimPerson {
  const [givenName = person.login, ...further] = person.name.split(/\s+/).filter(Boolean);
  const familyName = further.join(' ');
  return {
    externalId: externalId ?? (keysAreObjectIds ? objectId(person.subject) : person.subject),
    userName: person.email,
    givenName,
    ...(familyName && { familyName }),
    displayName: person.name,
    ...(person.department !== undefined && { department: person.department }),
    active: person.active,
  };
}

export function nameOf({ givenName, familyName }: ScimPerson): Readonly<Record<string, string>> {
  return { givenName, ...(familyName !== undefined && { familyName }) };
}
