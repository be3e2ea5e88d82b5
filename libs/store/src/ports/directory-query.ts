/**
 * RFC 7644, section 3.4.2.2, resolved against what may be asked: nothing else reaches SQL, and what is not of it throws
 * `StoreError` `store-misused`. Texts compare folded where RFC 7643 says `caseExact: false`; ids, also in `groups.value` and
 * `members.value`, byte by byte. An absent attribute fulfils `ne` and nothing else; of several values one has to fulfil it.
 * Of a text longer than 256 characters, `co`, `ew` and order see the first 200.
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
  /** One e-mail that fulfils all of it: `emails[type eq "work" and value co "@acme.test"]`. Its attributes are `emails.*`. */
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
  /**
   * Otherwise by creation, or, where the filter asks what changed since or before an instant, by last change. Ties are broken
   * by id; what is absent comes last, and first where descending. Not by `emails.type`, `groups.value` or `members.value`; by
   * `emails.value`: the primary, else the first (RFC 7644, section 3.4.2.3).
   */
  readonly sortBy?: Attribute;
  readonly descending?: boolean;
  /** 0 answers the total alone. At most 1 000. */
  readonly count: number;
  /** 1 is the first (RFC 7644, section 3.4.2.4). */
  readonly startIndex?: number;
  /** Instead of `startIndex`: what `next` was, of the same query (RFC 9865). Anything else throws `StoreError` `cursor-invalid`. */
  readonly cursor?: string;
  /** Whether `total` is wanted. */
  readonly total: boolean;
}

export interface DirectoryPage<T> {
  readonly data: readonly T[];
  /** Of all that the filter leaves, where asked for. */
  readonly total?: number;
  /** Where more follows. */
  readonly next?: string;
}
