import type { Page, PageRequest } from './page.js';

/** Work that outlives its request: done in batches, each in one transaction with the progress it made (S9). */
export interface Job {
  readonly organization: string;
  readonly id: string;
  readonly kind: 'resync';
  /** What it works on: a directory's id. */
  readonly subject: string;
  /** Why, as an audit event's `cause`: plain JSON. */
  readonly cause: Readonly<Record<string, unknown>>;
  readonly state: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed';
  /** Where the next batch begins. */
  readonly cursor?: string;
  readonly done: number;
  /** As counted when it began; more may have come since. */
  readonly total: number;
  /** Of the last failure, for an admin. */
  readonly problem?: string;
  /** Attempts that failed since the last batch that went through. */
  readonly failures: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface JobReader {
  get(organization: string, id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(organization: string, page: PageRequest & { readonly subject?: string }): Promise<Page<Job>>;
}

export interface JobWriter extends JobReader {
  insert(job: Job): Promise<void>;
  /** The row, locked until the transaction ends. */
  lock(organization: string, id: string): Promise<Job | undefined>;
  /** All but `organization`, `id`, `kind`, `subject` and `createdAt`. */
  update(job: Job): Promise<void>;
  /**
   * Of all organizations: takes one that waits, or runs with a lease that ended before `at`, for `leaseMs` milliseconds, oldest first.
   * No two callers take the same one while its lease lasts. Each `update` of a running job renews the lease by the same time.
   */
  take(at: number, leaseMs: number): Promise<Job | undefined>;
}
