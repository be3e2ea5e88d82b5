import type { Job, Page, PageRequest } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findOrganization } from './find.js';
import { UseCaseError } from './use-case-error.js';

/** Newest first; `subject`: of one directory. Errors: `organization-not-found`. */
export async function listJobs(
  { store: { read } }: UseCaseContext,
  { organization, ...page }: PageRequest & { readonly organization: string; readonly subject?: string },
): Promise<Page<Job>> {
  await findOrganization(read, organization);
  const { data, after } = await read.jobs.list(organization, page);
  return { data: data.map(presentJob), ...(after !== undefined && { after }) };
}

/** Errors: `job-not-found`. */
export async function getJob(
  { store: { read } }: UseCaseContext,
  { organization, job: id }: { readonly organization: string; readonly job: string },
): Promise<Job> {
  const job = await read.jobs.get(organization, id);
  if (job === undefined) throw jobNotFound(id);
  return presentJob(job);
}

/** Between two batches a job waits, for whichever instance comes first; to whoever looks, it runs. */
function presentJob(job: Job): Job {
  return job.state === 'waiting' && job.cursor !== undefined ? { ...job, state: 'running' } : job;
}

export function jobNotFound(id: string): UseCaseError {
  return new UseCaseError('job-not-found', `there is no job \`${id}\``);
}
