/**
 * RFC 7644, section 3.4.2.2, resolved against what may be asked: nothing else goes on from here. These types are what the store's port
 * asks for, word for word; neither package knows the other, and the compiler compares them where `nestjs` hands one to the other.
 */
export type DirectoryFilter<Attribute extends string> =
  | { readonly op: 'and' | 'or'; readonly filters: readonly DirectoryFilter<Attribute>[] }
  | { readonly op: 'not'; readonly filter: DirectoryFilter<Attribute> }
  | { readonly op: 'pr'; readonly attribute: Attribute }
  | {
      readonly op: 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
      readonly attribute: Attribute;
      /** Instants (`meta.created`, `meta.lastModified`) are milliseconds since the epoch. */
      readonly value: string | number | boolean;
    }
  /** One e-mail that fulfils all of it. Its attributes are `emails.*`. */
  | { readonly op: 'some'; readonly of: 'emails'; readonly filter: DirectoryFilter<Attribute> };

export type UserAttribute =
  | 'id'
  | 'externalId'
  | 'userName'
  | 'active'
  | 'displayName'
  | 'name.familyName'
  | 'name.givenName'
  | 'title'
  | 'department'
  | 'employeeNumber'
  | 'emails.value'
  | 'emails.type'
  | 'groups.value'
  | 'meta.created'
  | 'meta.lastModified';

export type GroupAttribute =
  'id' | 'externalId' | 'displayName' | 'members.value' | 'meta.created' | 'meta.lastModified';

export interface DirectoryQuery<Attribute extends string> {
  readonly filter?: DirectoryFilter<Attribute>;
  readonly sortBy?: Attribute;
  readonly descending?: boolean;
  /** 0 to 1 000. */
  readonly count: number;
  /** From 1. Absent: paged by cursor (RFC 9865). */
  readonly startIndex?: number;
  /** Absent, where `startIndex` is too: the first page. */
  readonly cursor?: string;
  readonly total: boolean;
}
