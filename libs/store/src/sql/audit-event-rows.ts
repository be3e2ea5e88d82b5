import type { Selectable } from 'kysely';
import type { Actor, AuditEvent } from '../ports/history.js';
import { jsonOrNull, parsed, parsedOrNull, present } from './column.js';
import type { Tables } from './tables.js';

export function toAuditEvent(row: Selectable<Tables['audit_events']>): AuditEvent {
  const event = present({
    organization: row.organization,
    id: row.id,
    at: row.at,
    action: row.action,
    actor: present({ kind: row.actor_kind as Actor['kind'], id: row.actor_id }),
    member: row.member,
    subject: row.subject_type === null ? null : { type: row.subject_type, id: row.subject_id ?? '' },
    cause: parsedOrNull<NonNullable<AuditEvent['cause']>>(row.cause),
  });
  // `null` is a value here, and another one than none.
  return {
    ...event,
    ...(row.before !== null && { before: parsed<unknown>(row.before) }),
    ...(row.after !== null && { after: parsed<unknown>(row.after) }),
  };
}

export function auditEventRow(event: AuditEvent): Tables['audit_events'] {
  return {
    organization: event.organization,
    id: event.id,
    at: event.at,
    action: event.action,
    actor_kind: event.actor.kind,
    actor_id: event.actor.id ?? null,
    member: event.member ?? null,
    subject_type: event.subject?.type ?? null,
    subject_id: event.subject?.id ?? null,
    cause: jsonOrNull(event.cause),
    before: jsonOrNull(event.before),
    after: jsonOrNull(event.after),
  };
}
