import { StoreError, type Job } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { resyncBatch } from './resync-batch.js';
import { isUnderWay } from './start-resync.js';
import { UseCaseError } from './use-case-error.js';
import { perform, performForMember, type Work } from './work.js';

/** How long nobody else takes up a job whose worker is silent, or whose last batch failed. */
const LEASE_MS = 30_000;
const ATTEMPTS = 5;

const system = { kind: 'system' } as const;

/**
 * One batch of the job that has waited longest, of any organization, in one transaction with the progress it made: `idle` where there is
 * none. Between batches a job belongs to nobody, so that any instance goes on with it. A batch that fails leaves nothing behind; it is tried
 * again once its lease has ended, and after five failures the job is `failed` with its `problem`. Throws only where the store is away.
 */
export async function workOnJobs(
  context: UseCaseContext,
  { batch = 200 }: { readonly batch?: number } = {},
): Promise<'idle' | 'worked'> {
  const job = await context.store.transaction((tx) => tx.jobs.take(context.clock(), LEASE_MS));
  if (job === undefined) return 'idle';
  const { organization, id } = job;
  try {
    await performForMember(context, { organization, actor: system }, (work) => doBatch(work, id, batch));
  } catch (error) {
    if (isAway(error)) throw error;
    await noteFailure(context, job, error);
  }
  return 'worked';
}

/** Goes by the row as it is once locked: whoever was slower than its lease goes on where another left off. */
async function doBatch(work: Work, id: string, batch: number): Promise<void> {
  const { tx, organization, at } = work;
  const job = await tx.jobs.lock(organization, id);
  if (job === undefined || !isUnderWay(job)) return;
  const { problem: _, ...rest } = job;
  const progress = await resyncBatch(work, job, batch);
  await tx.jobs.update({ ...rest, ...progress, failures: 0, updatedAt: at });
  if (progress.state === 'waiting') return;
  const { done } = progress;
  const after = progress.problem === undefined ? { done } : { done, problem: progress.problem };
  work.record(`job.${progress.state}`, { subject: { type: 'job', id }, after });
}

/** Who waits for the job is told by its row, of the failure that ends it too; the cause goes to the app's log. */
async function noteFailure(
  context: UseCaseContext,
  { organization, id }: Job,
  error: unknown,
): Promise<void> {
  await perform(context, { organization, actor: system }, async (work) => {
    const job = await work.tx.jobs.lock(organization, id);
    if (job === undefined || !isUnderWay(job)) return;
    const failures = job.failures + 1;
    const problem = problemText(error);
    const state = failures < ATTEMPTS ? 'running' : 'failed';
    await work.tx.jobs.update({ ...job, state, failures, problem, updatedAt: work.at });
    work.announce({
      type: 'job-batch-failed',
      organization,
      job: id,
      failed: state === 'failed',
      cause: error,
    });
    if (state === 'failed') work.record('job.failed', { subject: { type: 'job', id }, after: { problem } });
  });
}

/** What is meant for others to read; what else was thrown may hold anything, and is for the log alone. */
function problemText(error: unknown): string {
  if (error instanceof UseCaseError) return error.message;
  const code = error instanceof StoreError ? ` (\`${error.code}\`)` : '';
  return `a batch went wrong${code}; start the re-sync again, and look at the log of the app if it fails again`;
}

function isAway(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'store-unavailable' || error.code === 'store-closed');
}
