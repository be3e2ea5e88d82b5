import { sql, type Selectable } from 'kysely';
import type { Job, JobReader, JobWriter } from '../ports/jobs.js';
import { changedOne } from './changed-one.js';
import { json, parsed, present } from './column.js';
import { cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

export function jobReader(on: Executor): JobReader {
  return {
    async get(organization, id) {
      const row = await one(on, organization, id).executeTakeFirst();
      return row && toJob(row);
    },

    async list(organization, request) {
      const after = cursorOf(request, 'number');
      const { subject } = request;
      const rows = await on.db
        .selectFrom('jobs')
        .selectAll()
        .where('organization', '=', organization)
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
        .$if(after !== undefined, (query) =>
          query.where((eb) =>
            eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after?.[0] ?? 0, after?.[1] ?? '')),
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toJob, (row) => [row.created_at, row.id]);
    },
  };
}

export function jobWriter(on: Executor): JobWriter {
  return {
    ...jobReader(on),

    async insert(job) {
      await on.db
        .insertInto('jobs')
        .values({ ...toRow(job), lease_ms: null, lease_until: null })
        .execute();
    },

    async lock(organization, id) {
      const row = await one(on, organization, id)
        .$if(on.home.rowLocks, (query) => query.forUpdate())
        .executeTakeFirst();
      return row && toJob(row);
    },

    async update(job) {
      const { organization, id, kind: _kind, subject: _subject, created_at: _created, ...row } = toRow(job);
      const result = await on.db
        .updateTable('jobs')
        .set(row)
        .set('lease_until', sql<number | null>`${row.updated_at} + lease_ms`)
        .where('organization', '=', organization)
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `job \`${id}\``);
    },

    async take(at, leaseMs) {
      const skip = on.home.rowLocks ? sql`for update skip locked` : sql``;
      const { rows } = await sql<Selectable<Tables['jobs']>>`
        update jobs set state = 'running', lease_ms = ${leaseMs}, lease_until = ${at + leaseMs}, updated_at = ${at}
        where (organization, id) in (
          select organization, id from jobs
          where state in ('waiting', 'running') and (state = 'waiting' or coalesce(lease_until, 0) <= ${at})
          order by created_at, id limit 1 ${skip})
        returning *`.execute(on.db);
      return rows[0] && toJob(rows[0]);
    },
  };
}

function one(on: Executor, organization: string, id: string) {
  return on.db.selectFrom('jobs').selectAll().where('organization', '=', organization).where('id', '=', id);
}

function toJob(row: Selectable<Tables['jobs']>): Job {
  return present({
    organization: row.organization,
    id: row.id,
    kind: row.kind as Job['kind'],
    subject: row.subject,
    cause: parsed<Job['cause']>(row.cause),
    state: row.state as Job['state'],
    cursor: row.cursor,
    done: row.done,
    total: row.total,
    problem: row.problem,
    failures: row.failures,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

function toRow(job: Job): Omit<Tables['jobs'], 'lease_ms' | 'lease_until'> {
  return {
    organization: job.organization,
    id: job.id,
    kind: job.kind,
    subject: job.subject,
    cause: json(job.cause),
    state: job.state,
    cursor: job.cursor ?? null,
    done: job.done,
    total: job.total,
    problem: job.problem ?? null,
    failures: job.failures,
    created_at: job.createdAt,
    updated_at: job.updatedAt,
  };
}
