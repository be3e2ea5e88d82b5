import { StoreError } from '../../ports/store.js';
import { UniqueViolation } from '../unique-violation.js';

/** Primary result codes that say the file cannot be used now: https://www.sqlite.org/rescode.html */
const UNAVAILABLE = new Set([
  5, // busy
  6, // locked
  7, // out of memory
  8, // read-only
  10, // input or output
  11, // corrupt
  13, // full
  14, // cannot open
  15, // locking protocol
  26, // not a database
]);
/** Extended codes of a unique key and of a primary key. */
const UNIQUE = new Set([2067, 1555]);

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== undefined && (code & 0xff) === 5;
}

/** Says `rollback` where there is nothing to roll back. */
export function isPlainError(error: unknown): boolean {
  return resultCode(error) === 1;
}

/** The one place where SQLite's errors become ours; what is neither stays as it is, a defect to be seen. */
export function translated(error: unknown): unknown {
  const code = resultCode(error);
  if (code === undefined) return error;
  if (UNIQUE.has(code)) return new UniqueViolation(error);
  if (UNAVAILABLE.has(code & 0xff))
    return new StoreError('store-unavailable', 'the database file cannot be used', { cause: error });
  return error;
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
