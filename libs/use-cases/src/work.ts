import { newTimedId, StoreError, type Actor, type AuditEvent, type StoreTransaction } from '@idp-roles/store';
import type { UseCaseContext, UseCaseEvent } from './context.js';
import { readRules, type Rules } from './rules.js';
import { UseCaseError, type UseCaseErrorCode } from './use-case-error.js';

type AuditDetails = Pick<AuditEvent, 'member' | 'subject' | 'cause' | 'before' | 'after'>;

/** One verb's transaction in one organization: audit events and touched members are written with the change (S13), events told after it. */
export class Work {
  readonly #audit: AuditEvent[] = [];
  readonly #touched = new Set<string>();
  #all = false;
  #resources = false;
  #rules: Promise<Rules> | undefined;
  readonly announcements: UseCaseEvent[] = [];

  constructor(
    readonly context: UseCaseContext,
    readonly tx: StoreTransaction,
    readonly organization: string,
    readonly actor: Actor,
    /** The instant of the whole transaction. */
    readonly at: number,
    /** At which the rules are held; absent where this work may change them. */
    private readonly heldVersion?: number,
  ) {}

  /**
   * Connections, directories, roles, domains and mappings. Where they are held (`performForMember`) they cost nothing at a version that
   * this process knows; elsewhere each call reads them anew, this work's own changes included. Errors: `organization-not-found`.
   */
  rules(): Promise<Rules> {
    const { context, tx, organization, heldVersion } = this;
    if (heldVersion === undefined) return readRules(context.model, tx, organization);
    return (this.#rules ??= context.rules.of(context.model, tx, organization, heldVersion));
  }

  record(action: string, details: AuditDetails): void {
    const id = newTimedId('aud', this.organization, this.at);
    this.#audit.push({
      organization: this.organization,
      id,
      at: this.at,
      action,
      actor: this.actor,
      ...details,
    });
  }

  /** This member's access changed: guards must notice. */
  touch(member: string): void {
    this.#touched.add(member);
  }

  /** Resources, roles or connections changed. */
  touchAll(): void {
    this.#all = true;
  }

  /** Resources came or moved; members hold what they held. */
  touchResources(): void {
    this.#resources = true;
  }

  announce(event: UseCaseEvent): void {
    this.announcements.push(event);
  }

  async finish(): Promise<void> {
    if (this.#audit.length > 0) await this.tx.history.append(this.#audit);
    const both = this.#resources && this.#touched.size > 0;
    if (this.#all || both) await this.tx.changes.touch(this.organization, 'all');
    else if (this.#resources || this.#touched.size > 0)
      await this.tx.changes.touch(this.organization, [...this.#touched]);
  }
}

interface Scope {
  readonly organization: string;
  readonly actor: Actor;
}

type Job<T> = (work: Work) => Promise<T>;

/** As `perform`, for what changes a member's grants or sessions: no mapping, role or connection changes under it (S12). */
export function performForMember<T>(context: UseCaseContext, scope: Scope, job: Job<T>): Promise<T> {
  return inTransaction(context, scope, job, (tx) => tx.organizations.holdRules(scope.organization));
}

/**
 * As `perform`, for what changes mappings, roles, connections or domains: it waits for the syncs and assignments that run, and those
 * that come later see it (S9, S12). Otherwise a sign-in that read the old rules could commit what the edit had just withdrawn.
 */
export function performOnRules<T>(context: UseCaseContext, scope: Scope, job: Job<T>): Promise<T> {
  return perform(context, scope, async (work) => {
    await work.tx.organizations.lockRules(work.organization);
    return job(work);
  });
}

/** Runs a verb in one transaction: what `job` throws leaves nothing behind. */
export function perform<T>(context: UseCaseContext, scope: Scope, job: Job<T>): Promise<T> {
  return inTransaction(context, scope, job);
}

async function inTransaction<T>(
  context: UseCaseContext,
  { organization, actor }: Scope,
  job: Job<T>,
  hold?: (tx: StoreTransaction) => Promise<number>,
): Promise<T> {
  let announcements: readonly UseCaseEvent[] = [];
  const result = await translated(() =>
    context.store.transaction(async (tx) => {
      const version = await hold?.(tx);
      const work = new Work(context, tx, organization, actor, context.clock(), version);
      const done = await job(work);
      await work.finish();
      announcements = work.announcements;
      return done;
    }),
  );
  for (const event of announcements) tell(context, event);
  return result;
}

function tell(context: UseCaseContext, event: UseCaseEvent): void {
  try {
    context.notify?.(event);
  } catch {
    // The change is committed: a listener's failure is its own.
  }
}

const conflicts: Partial<Record<StoreError['code'], UseCaseErrorCode>> = {
  'domain-taken': 'domain-taken',
  'slug-taken': 'slug-taken',
  'email-taken': 'email-taken',
  'user-name-taken': 'user-name-taken',
  'resource-parent-missing': 'resource-missing',
  'resource-cycle': 'invalid',
};

async function translated<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = error instanceof StoreError ? conflicts[error.code] : undefined;
    if (code === undefined) throw error;
    throw new UseCaseError(code, (error as StoreError).message, { cause: error });
  }
}
