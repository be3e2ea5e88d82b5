import type { Kysely } from 'kysely';
import type { KeyRing } from '../secrets/key-ring.js';
import type { Home } from './home.js';
import type { Tables } from './tables.js';

/** What a noun's queries run on. `db` throws `StoreError` where it may not be used now: read it inside each method, keep it nowhere. */
export interface Executor {
  readonly db: Kysely<Tables>;
  readonly home: Home;
  readonly keys: KeyRing;
  /** Milliseconds since the epoch. */
  now(): number;
}
