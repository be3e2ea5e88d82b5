import { StoreError } from '../../ports/store.js';
import { UniqueViolation } from '../unique-violation.js';

/** A deadlock or a serialisation failure: nothing happened, and the same again may succeed. Never leaves the home. */
export class TransactionConflict extends Error {
  override readonly name = 'TransactionConflict';
  constructor(cause: unknown) {
    super('the transaction met another one', { cause });
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE = '23505';
const CONFLICT = new Set(['40001', '40P01']);
/** Classes that say the server cannot be used now, or not by us. */
const UNAVAILABLE_CLASS = new Set([
  '08', // connection
  '28', // who we are is refused
  '3D', // no such database
  '53', // disk, memory or connections are used up
  '57', // shut down, or the statement took too long
  '58', // the system under it
]);
const UNAVAILABLE = new Set([
  '25006', // read-only: a standby that was promoted over
  '25P03', // the transaction stood idle for too long
  '55P03', // a lock was not to be had
]);
/** The session is gone with these. */
const SESSION_ENDS = new Set(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04']);

/** The one place where PostgreSQL's errors become ours; what is neither stays as it is, a defect to be seen. */
export function translated(error: unknown): unknown {
  if (!isDriverError(error)) return error;
  const state = sqlState(error);
  if (state === UNIQUE) return new UniqueViolation(error);
  if (state !== undefined && CONFLICT.has(state)) return new TransactionConflict(error);
  if (state === undefined || UNAVAILABLE.has(state) || UNAVAILABLE_CLASS.has(state.slice(0, 2)))
    return unavailable(error);
  return error;
}

export function unavailable(cause: unknown): StoreError {
  return new StoreError('store-unavailable', 'the database cannot be used', { cause });
}

/** Whether the connection is of no further use: lost, or in a state that nobody knows. */
export function endsSession(error: unknown): boolean {
  if (!isDriverError(error)) return false;
  const state = sqlState(error);
  return state === undefined || state.startsWith('08') || SESSION_ENDS.has(state);
}

/** A prepared statement that a migration has outlived, or that a pooler in between has forgotten. */
export function isOutdatedPlan(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  return state === '26000' || (state === '0A000' && error.message.includes('cached plan'));
}

/** Also where the work wrapped it. */
export function isConflict(error: unknown): boolean {
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth++)
    if (one instanceof TransactionConflict) return true;
  return false;
}

/** What the server, the socket or the driver's own timers say; a `TypeError` is a value that cannot be sent. */
function isDriverError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !(error instanceof TypeError || error instanceof RangeError || error instanceof StoreError) &&
    !(error instanceof TransactionConflict)
  );
}

/** Absent where the server said nothing. */
function sqlState(error: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined;
  return 'severity' in error && typeof code === 'string' ? code : undefined;
}
