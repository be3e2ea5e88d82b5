import type { Selectable } from 'kysely';
import type { HistoryReader, HistoryWriter, SignInTrace } from '../ports/history.js';
import { json, parsed, present } from './column.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

type Outcome = SignInTrace['outcome'];

/** Kinds that never push each other out: what anybody can cause, what a browser can, what an IdP has signed (L7). */
const QUOTAS: readonly { readonly outcomes: readonly Outcome[]; readonly kept: number }[] = [
  { outcomes: ['signed-in', 'refused'], kept: 50 },
  { outcomes: ['failed'], kept: 50 },
  { outcomes: ['not-begun'], kept: 5 },
];
const KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

export function traceReader(on: Executor): Pick<HistoryReader, 'traces' | 'traceByReference'> {
  return {
    async traces(organization, connection, limit) {
      const rows = await recent(on, organization)
        .where('connection', '=', connection)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toTrace);
    },

    async traceByReference(organization, reference) {
      const row = await recent(on, organization).where('reference', '=', reference).executeTakeFirst();
      return row && toTrace(row);
    },
  };
}

export function traceWriter(on: Executor): Pick<HistoryWriter, 'trace'> {
  return {
    async trace(trace) {
      const { organization, connection } = trace;
      const { outcomes, kept } = quotaOf(trace.outcome);
      await on.db.insertInto('sign_in_traces').values(toRow(trace)).execute();
      const newest = on.db
        .selectFrom('sign_in_traces as newer')
        .select('newer.id')
        .where('newer.organization', '=', organization)
        .where('newer.connection', '=', connection)
        .where('newer.outcome', 'in', outcomes)
        .orderBy('newer.at', 'desc')
        .orderBy('newer.id', 'desc')
        .limit(kept);
      // What another sign-in is removing is left to it: members do not wait for each other (S12).
      const outlived = on.db
        .selectFrom('sign_in_traces as old')
        .select('old.id')
        .where('old.organization', '=', organization)
        .where('old.connection', '=', connection)
        .where((eb) =>
          eb.or([
            eb('old.at', '<=', on.now() - KEPT_MS),
            eb.and([eb('old.outcome', 'in', outcomes), eb('old.id', 'not in', newest)]),
          ]),
        )
        .$if(on.home.rowLocks, (query) => query.forUpdate().skipLocked());
      await on.db
        .deleteFrom('sign_in_traces')
        .where('organization', '=', organization)
        .where('id', 'in', outlived)
        .execute();
    },
  };
}

function quotaOf(outcome: Outcome): (typeof QUOTAS)[number] {
  const quota = QUOTAS.find(({ outcomes }) => outcomes.includes(outcome));
  if (!quota) throw new TypeError(`traces know no outcome \`${outcome}\``);
  return quota;
}

function recent(on: Executor, organization: string) {
  return on.db
    .selectFrom('sign_in_traces')
    .selectAll()
    .where('organization', '=', organization)
    .where('at', '>', on.now() - KEPT_MS);
}

function toTrace(row: Selectable<Tables['sign_in_traces']>): SignInTrace {
  return present({
    organization: row.organization,
    connection: row.connection,
    id: row.id,
    at: row.at,
    outcome: row.outcome as Outcome,
    code: row.code,
    reference: row.reference,
    member: row.member,
    detail: parsed<SignInTrace['detail']>(row.detail),
  });
}

function toRow(trace: SignInTrace): Tables['sign_in_traces'] {
  return {
    organization: trace.organization,
    id: trace.id,
    connection: trace.connection,
    at: trace.at,
    outcome: trace.outcome,
    code: trace.code ?? null,
    reference: trace.reference,
    member: trace.member ?? null,
    detail: json(trace.detail),
  };
}
