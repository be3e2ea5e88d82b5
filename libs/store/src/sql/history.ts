import type { HistoryReader, HistoryWriter } from '../ports/history.js';
import { toAuditEvent, auditEventRow } from './audit-event-rows.js';
import { inBatches } from './batches.js';
import { cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { unanswered } from './unanswered.js';
import { traceReader, traceWriter } from './sign-in-traces.js';

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
      await inBatches(events, (slice) =>
        on.db.insertInto('audit_events').values(slice.map(auditEventRow)).modifyEnd(unanswered).execute(),
      );
    },
  };
}
