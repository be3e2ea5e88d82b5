import type { HistoryReader, HistoryWriter } from '../ports/history.js';
import { toAuditEvent, auditEventRow } from './audit-event-rows.js';
import { inBatches } from './batches.js';
import { cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { runShaped } from './shaped.js';
import { unanswered } from './unanswered.js';
import { traceReader, traceWriter } from './sign-in-traces.js';

/** Events of most transactions: a text for each number of them. */
const FEW = 16;

export function historyReader(on: Executor): HistoryReader {
  return {
    ...traceReader(on),

    /** Newest first. */
    async auditEvents(organization, request) {
      const after = cursorOf(request, 'string');
      const { member, action } = request;
      const rows = await on.db
        .selectFrom('audit_events')
        .selectAll()
        .where('organization', '=', organization)
        .$if(member !== undefined, (query) => query.where('member', '=', member ?? ''))
        .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
        .$if(after !== undefined, (query) => query.where('id', '<', after?.[1] ?? ''))
        .orderBy('id', 'desc')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toAuditEvent, (row) => ['', row.id]);
    },
  };
}

export function historyWriter(on: Executor): HistoryWriter {
  return {
    ...historyReader(on),
    ...traceWriter(on),

    async append(events) {
      await inBatches(events, async (slice) => {
        const rows = slice.map(auditEventRow);
        const insert = () => on.db.insertInto('audit_events').values(rows).modifyEnd(unanswered);
        if (rows.length > FEW) return insert().execute();
        const values = rows.flatMap((row) => Object.values(row));
        return runShaped(on, `append ${rows.length}`, values, () => insert().compile());
      });
    },
  };
}
