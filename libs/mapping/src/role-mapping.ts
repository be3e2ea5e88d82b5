import type { MappingSource } from './source.js';

export type Match = 'exact' | 'email-domain' | 'prefix' | 'glob' | 'present';
export type SyncMode = 'force' | 'import';

/** One test of one claim. `value` is absent exactly where `match` is `present`. Rule M1. */
export interface Condition {
  readonly claim: string;
  readonly value?: string;
  readonly match?: Match;
  readonly caseInsensitive?: boolean;
  readonly split?: ',' | ';';
}

/** Plain JSON, as stored and as sent over HTTP. `role` is a role's id inside the engine and the store; slugs stop at the API's edge. Rule M1. */
export interface RoleMapping extends Condition {
  readonly id: string;
  readonly source: MappingSource;
  readonly role: string;
  readonly resource?: ResourceReference;
  readonly syncMode?: SyncMode;
  readonly also?: readonly Condition[];
  readonly enabled?: boolean;
  readonly note?: string;
}

/** `id` of a mapping with match `glob` may hold `$1`…`$9`, the captures of its `*`. Rule M6. */
export interface ResourceReference {
  readonly type: string;
  readonly id: string;
}
