import type { Job } from '@idp-roles/store';
import { asInstant } from '../request/instant.js';

/** Work that goes on after the answer, with how far it is. */
export interface JobView {
  readonly id: string;
  readonly kind: Job['kind'];
  readonly directory: string;
  readonly state: Job['state'];
  /** What set it off. */
  readonly cause: Job['cause'];
  readonly done: number;
  /** As counted when it began. */
  readonly total: number;
  /** Of the last attempt that failed. */
  readonly problem?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function jobView(job: Job): JobView {
  const { id, kind, subject, state, cause, done, total, problem } = job;
  return {
    id,
    kind,
    directory: subject,
    state,
    cause,
    done,
    total,
    problem,
    createdAt: asInstant(job.createdAt),
    updatedAt: asInstant(job.updatedAt),
  };
}
