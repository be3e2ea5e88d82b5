import { StoreError, type StoreErrorCode } from '../ports/store.js';

/** What both homes throw where a unique key is taken; never leaves the query layer. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
  constructor(cause: unknown) {
    super('a unique key is taken', { cause });
  }
}

/** Runs one statement whose unique key has a meaning to the caller. */
export async function orTaken<T>(statement: Promise<T>, code: StoreErrorCode, message: string): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (error instanceof UniqueViolation) throw new StoreError(code, message, { cause: error });
    throw error;
  }
}
