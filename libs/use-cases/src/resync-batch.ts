import type { Directory, Job } from '@idp-roles/store';
import { rederive } from './rederive-users.js';
import { directoryIn } from './rules.js';
import { givesRoles } from './take-over.js';
import type { Work } from './work.js';

type Progress = Pick<Job, 'cursor' | 'done' | 'total' | 'problem'> & {
  readonly state: 'waiting' | 'done' | 'cancelled';
};

/** S9: the next members of the directory in the order of their ids; who comes with a lower one meanwhile is evaluated as they come (S7). */
export async function resyncBatch(work: Work, job: Job, batch: number): Promise<Progress> {
  const { tx, organization } = work;
  const rules = await work.rules();
  const directory = directoryIn(rules, job.subject);
  const { cursor, done } = job;
  if (directory === undefined) return ended(job, 'its directory was deleted');
  if (!givesRoles(rules, directory)) return ended(job, noRoles(directory));
  const total = cursor === undefined ? await tx.directoryUsers.count(organization, directory.id) : job.total;
  const users = await tx.directoryUsers.after(organization, directory.id, cursor, batch);
  const ids = users.map(({ id }) => id);
  await rederive(work, directory, ids, { ...job.cause, job: job.id });
  const last = ids.at(-1) ?? cursor;
  return {
    state: ids.length < batch ? 'done' : 'waiting',
    done: done + ids.length,
    total,
    ...(last !== undefined && { cursor: last }),
  };
}

function ended({ cursor, done, total }: Job, problem: string): Progress {
  return { state: 'cancelled', done, total, problem, ...(cursor !== undefined && { cursor }) };
}

function noRoles({ state }: Directory): string {
  return state === 'active'
    ? 'the organization takes its roles from SSO alone; its `roleSource` says so'
    : 'its directory gives no roles in `staging`; activating it starts a re-sync';
}
