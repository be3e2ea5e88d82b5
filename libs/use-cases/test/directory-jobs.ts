import type { Job } from '@idp-roles/store';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { listJobs, workOnJobs, type UseCaseContext } from '../src/index.js';
import type { Tenant } from './world.js';

/** Until nothing waits. Answers how many batches that took. */
export async function workAll(context: UseCaseContext, batch?: number): Promise<number> {
  for (let batches = 0; ; batches++) {
    if ((await workOnJobs(context, { batch })) === 'idle') return batches;
    await yieldToOthers();
  }
}

/** Newest first. */
export async function jobsOf({ context, id: organization }: Tenant): Promise<readonly Job[]> {
  return (await listJobs(context, { organization, limit: 100 })).data;
}
