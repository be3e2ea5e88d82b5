import type { Change, ChangeFeed } from '../ports/access.js';

/** The feed of one store, as the store itself uses it. */
export interface HomeFeed extends ChangeFeed {
  /** Once the schema is there: what is committed by now needs no announcing. */
  open(): Promise<void>;
  /** Announces what this store has committed; to be called before the transaction's promise resolves. */
  committed(changes: readonly Change[]): void;
  close(): Promise<void>;
}
