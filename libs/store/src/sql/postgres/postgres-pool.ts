import type { Pool } from 'pg';
import { unavailable } from './postgres-error.js';

/** What a caller waits for at most: a connection, then each statement. Nothing stands still for 5 s (D6). */
const CONNECT_MS = 2_000;
const STATEMENT_MS = 2_500;
/** Beyond the server's own limit, for when the server does not answer at all. */
const ANSWER_MS = 2_900;
/** A process that froze in a transaction lets go of its locks. */
const IDLE_IN_TRANSACTION_MS = 5_000;

const INT8 = 20;

/** Throws `StoreError` `store-unavailable` where the address cannot be read. */
export async function openPool(url: string, schema: string, size: number): Promise<Pool> {
  // Here and not above: whoever only imports this package, or uses the embedded home, loads nothing.
  const { default: pg } = await import('pg');
  const settings = [
    `set search_path = "${schema}"`,
    `set statement_timeout = ${STATEMENT_MS}`,
    `set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
    // A plan made while a table was small is kept while it grows; every statement has an index to go by.
    'set enable_seqscan = off',
    // Compiling takes longer than what there is to run.
    'set jit = off',
  ].join('; ');
  try {
    const pool = new pg.Pool({
      connectionString: url,
      max: size,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      // What waits for no answer is sent at once: see `unanswered`.
      pipeline: true,
      application_name: 'idp-roles',
      types: { getTypeParser: ((oid: number, format?: 'text') => parserOf(pg.types, oid, format)) as never },
      // As statements, because an address may bring startup options of its own.
      onConnect: async (client) => void (await client.query(settings)),
    });
    // Of a connection nobody uses: the next one to use one is told. Unheard, it would end the process.
    pool.on('error', () => undefined);
    return pool;
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** Of this pool alone: a host's own parsers stay as they are. Counts, ids and instants are below 2^53. */
function parserOf(types: typeof import('pg').types, oid: number, format?: 'text'): unknown {
  return oid === INT8 ? Number : types.getTypeParser(oid, format);
}
