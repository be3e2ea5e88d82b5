import type { Page, PageRequest } from './page.js';

/** Who did it: a member, a service key, the host's own code, or a source's sync. */
export interface Actor {
  readonly kind: 'member' | 'service-key' | 'host' | 'sso' | 'directory' | 'system';
  readonly id?: string;
}

/** S13: written in the transaction of the change. `before`/`after` and `cause` are plain JSON without secrets. */
export interface AuditEvent {
  readonly organization: string;
  /** Sorts by time. */
  readonly id: string;
  readonly at: number;
  /** `noun.verb` in the past: `grant.added`, `grant.removed`, `grant.kept-last-holder`, `member.created`, `role-mapping.updated`, … */
  readonly action: string;
  readonly actor: Actor;
  readonly member?: string;
  readonly subject?: { readonly type: string; readonly id: string };
  readonly cause?: Readonly<Record<string, unknown>>;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** One attempt to sign in, redacted (L7). */
export interface SignInTrace {
  readonly organization: string;
  readonly connection: string;
  readonly id: string;
  readonly at: number;
  /**
   * `signed-in` and `refused`: the IdP's answer was verified. `failed`: a sign-in under way went wrong before that.
   * `not-begun`: requests that belong to no sign-in under way, which anybody can send; counted in `detail`, many to a trace.
   */
  readonly outcome: 'signed-in' | 'refused' | 'failed' | 'not-begun';
  /** Stable code where not signed in. */
  readonly code?: string;
  /** What the page showed to the person; of several, to the last one. */
  readonly reference: string;
  readonly member?: string;
  /** Which check failed and with what, redacted; evaluation summary where signed in. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface HistoryReader {
  auditEvents(
    organization: string,
    page: PageRequest & { readonly member?: string; readonly action?: string },
  ): Promise<Page<AuditEvent>>;
  /** Newest first. */
  traces(organization: string, connection: string, limit: number): Promise<readonly SignInTrace[]>;
  traceByReference(organization: string, reference: string): Promise<SignInTrace | undefined>;
}

export interface HistoryWriter extends HistoryReader {
  /** In the transaction: what cannot be written is told by this, by what follows, or by the commit, and nothing is committed. */
  append(events: readonly AuditEvent[]): Promise<void>;
  /** Keeps of a connection the last 50 verified answers, the last 50 failed and the last 5 `not-begun`, none at the cost of another kind, seven days at most. */
  trace(trace: SignInTrace): Promise<void>;
}
