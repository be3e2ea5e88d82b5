import { newTimedId, type Directory, type Job } from '@idp-roles/store';
import { givesRoles } from './take-over.js';
import type { Work } from './work.js';

/** Why, for the job and its audit events (S13): plain JSON. */
type Cause = Readonly<Record<string, unknown>>;

/**
 * S9: from now on every member of the directory is to be evaluated again, by `workOnJobs`. Call it in the transaction of the change that
 * makes it needful, once that is written. Nothing where the directory gives no roles: activating it makes a job of its own.
 */
export async function startResync(work: Work, directory: Directory, cause: Cause): Promise<Job | undefined> {
  return givesRoles(await work.rules(), directory) ? queueResync(work, directory, cause) : undefined;
}

/**
 * Joins the directory's job where that has evaluated nobody yet. One that has is left to end, so that job after job does not keep the
 * last members waiting for ever; at most one more waits behind it.
 */
export async function queueResync(work: Work, { id: directory }: Directory, cause: Cause): Promise<Job> {
  const { tx, organization, at } = work;
  const joined = await unbegun(work, directory);
  const job: Job = joined ?? {
    organization,
    id: newTimedId('job', organization, at),
    kind: 'resync',
    subject: directory,
    cause,
    state: 'waiting',
    done: 0,
    total: 0,
    failures: 0,
    createdAt: at,
    updatedAt: at,
  };
  if (joined === undefined) await tx.jobs.insert(job);
  const action = joined === undefined ? 'job.queued' : 'job.joined';
  work.record(action, { subject: { type: 'job', id: job.id }, cause: { ...cause, directory } });
  work.announce({ type: 'job-queued', organization, job: job.id });
  return job;
}

/** Locked: a worker that has it under way is waited for, and has moved on by then. */
async function unbegun({ tx, organization }: Work, directory: string): Promise<Job | undefined> {
  const { data } = await tx.jobs.list(organization, { subject: directory, limit: 10 });
  for (const { id } of data) {
    const job = await tx.jobs.lock(organization, id);
    if (job !== undefined && isUnderWay(job) && job.cursor === undefined) return job;
  }
  return undefined;
}

export function isUnderWay({ state }: Job): boolean {
  return state === 'waiting' || state === 'running';
}
