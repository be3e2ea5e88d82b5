import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { jobNotFound } from './list-jobs.js';
import { isUnderWay } from './start-resync.js';
import { perform } from './work.js';

export interface JobCancelled {
  /** `unchanged`: it had ended already. */
  readonly outcome: 'cancelled' | 'unchanged';
}

/** What it has done stays done; a batch under way is the last, and is waited for. Errors: `job-not-found`. */
export async function cancelJob(
  context: UseCaseContext,
  input: { readonly organization: string; readonly job: string; readonly actor: Actor },
): Promise<JobCancelled> {
  return perform(context, input, async (work) => {
    const { tx, organization, at } = work;
    const job = await tx.jobs.lock(organization, input.job);
    if (job === undefined) throw jobNotFound(input.job);
    if (!isUnderWay(job)) return { outcome: 'unchanged' };
    await tx.jobs.update({ ...job, state: 'cancelled', updatedAt: at });
    work.record('job.cancelled', { subject: { type: 'job', id: job.id } });
    return { outcome: 'cancelled' };
  });
}
