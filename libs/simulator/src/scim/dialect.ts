import type { ScimPerson } from './scim-person.js';
import type { ScimRequest } from './scim-request.js';

/** As a directory knows it. */
export interface ScimMember {
  readonly id: string;
  readonly userName: string;
}

export interface MembersChange {
  readonly displayName: string;
  readonly add: readonly ScimMember[];
  readonly remove: readonly ScimMember[];
  /** The group was made just now, with nobody in it. */
  readonly isNew: boolean;
}

/** How a vendor words what it does to a directory. Functions of values: which requests, not when. `test/idps/<vendor>` has their like. */
export interface Dialect {
  readonly name: 'Entra ID' | 'Okta' | 'JumpCloud' | 'OneLogin';
  readonly headers: Readonly<Record<string, string>>;
  readonly keysAreObjectIds: boolean;
  findUser(userName: string): ScimRequest;
  createUser(person: ScimPerson): ScimRequest;
  /** What differs from `last`. Where `readsFirst`, `current` is what the directory has, for all but `active`. */
  updateUser(
    id: string,
    person: ScimPerson,
    last: ScimPerson,
    current?: Readonly<Record<string, unknown>>,
  ): readonly ScimRequest[];
  readonly readsFirst: boolean;
  /** What is sent of a person who is deleted at the IdP. */
  removeUser(id: string, person: ScimPerson): readonly ScimRequest[];
  findGroup(displayName: string): ScimRequest;
  createGroup(displayName: string, members: readonly ScimMember[]): ScimRequest;
  /** Whether `createGroup` puts its members in, too. */
  readonly createsWithMembers: boolean;
  changeMembers(id: string, change: MembersChange): readonly ScimRequest[];
}
