import { orderOf, withIds } from './bulk-references.js';
import type { BulkOperation, BulkRequest } from './bulk-request.js';
import { errorBody, quote, ScimError } from './scim-error.js';
import { uris } from './uris.js';

/** What became of one operation. */
export interface BulkOutcome {
  readonly status: number;
  /** Of the resource; needed of a POST that others refer to. */
  readonly id?: string;
  readonly location?: string;
  /** Its entity tag. */
  readonly version?: string;
  /** The error's body where it failed. */
  readonly response?: unknown;
}

export interface BulkResponse {
  readonly schemas: readonly string[];
  readonly Operations: readonly Readonly<Record<string, unknown>>[];
}

/**
 * RFC 7644, section 3.7: one after the other, each on its own. `execute` is given operations whose references are ids; it answers what
 * failed, or throws `ScimError`; anything else that it throws ends the job. Answers are in the order of the request; what `failOnErrors`
 * left undone is not among them.
 */
export async function runBulk(
  { operations, failOnErrors = Infinity }: BulkRequest,
  execute: (operation: BulkOperation) => Promise<BulkOutcome>,
): Promise<BulkResponse> {
  const { order, hopeless } = orderOf(operations);
  const ids = new Map<string, string>();
  const outcomes = new Map<number, BulkOutcome>();
  let failures = 0;
  for (const at of order) {
    if (failures >= failOnErrors) break;
    const operation = operations[at]!;
    const outcome = await attempt(async () => {
      const reason = hopeless.get(at);
      if (reason) throw reason;
      return execute(withIds(operation, (bulkId) => ids.get(bulkId) ?? unmade(bulkId)));
    });
    outcomes.set(at, outcome);
    if (outcome.status >= 400) failures++;
    else if (operation.method === 'POST' && outcome.id !== undefined) ids.set(operation.bulkId!, outcome.id);
  }
  return {
    schemas: [uris.bulkResponse],
    Operations: operations.flatMap((operation, at) => {
      const outcome = outcomes.get(at);
      return outcome === undefined ? [] : [answer(operation, outcome)];
    }),
  };
}

async function attempt(execute: () => Promise<BulkOutcome>): Promise<BulkOutcome> {
  try {
    return await execute();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { status: error.status, response: errorBody(error) };
  }
}

function unmade(bulkId: string): never {
  throw new ScimError(409, undefined, `the operation that was to make ${quote(`bulkId:${bulkId}`)} failed`);
}

function answer({ method, bulkId }: BulkOperation, outcome: BulkOutcome): Readonly<Record<string, unknown>> {
  const { status, location, version, response } = outcome;
  return {
    method,
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { version }),
    status: String(status),
    ...(response === undefined ? {} : { response }),
  };
}
