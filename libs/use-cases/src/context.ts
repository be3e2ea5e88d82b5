import type { Claims, ResourceReference } from '@idp-roles/mapping';
import type { Store } from '@idp-roles/store';
import type { ResolvedResources } from './resolved-resources.js';
import type { RulesCache } from './rules-cache.js';
import type { UseCaseModel } from './use-case-model.js';

/**
 * M9: fetches claims that the IdP did not send whole. Called before the transaction, for at most `completerTimeoutMs`;
 * what fails, is late or answers nothing leaves the claims incomplete. Must not call a URL that a token supplies.
 */
export interface ClaimsCompleter {
  complete(input: {
    readonly connection: string;
    readonly claims: Claims;
    readonly subject: string;
  }): Promise<Claims | undefined>;
}

/** What happened, told after the commit. `role` is a slug. */
export type UseCaseEvent =
  | {
      readonly type: 'last-holder-kept';
      readonly organization: string;
      readonly member: string;
      readonly role: string;
      readonly resource?: ResourceReference;
      readonly source: string;
    }
  | {
      /** S11: a deactivation left nobody active who holds the role; a service key can assign a new one. */
      readonly type: 'last-holder-lost';
      readonly organization: string;
      readonly member: string;
      readonly role: string;
      readonly resource?: ResourceReference;
    }
  | {
      readonly type: 'roles-changed';
      readonly organization: string;
      readonly member: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  | {
      /** A changed e-mail belongs to another member already: the old one stays. */
      readonly type: 'email-kept';
      readonly organization: string;
      readonly member: string;
    }
  | {
      /** There is work for `workOnJobs`. */
      readonly type: 'job-queued';
      readonly organization: string;
      readonly job: string;
    }
  | {
      /** A batch of it came to nothing. `failed`: the job is given up; otherwise it is tried again. */
      readonly type: 'job-batch-failed';
      readonly organization: string;
      readonly job: string;
      readonly failed: boolean;
      /** What was thrown: for the log of whoever runs the app, and nobody else. */
      readonly cause: unknown;
    };

export interface UseCaseContext {
  readonly store: Store;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly model: UseCaseModel;
  readonly rules: RulesCache;
  /** M13. */
  readonly allowResourceMappings: boolean;
  /** All resources are registered where absent. */
  readonly resolved?: ResolvedResources;
  readonly completer?: ClaimsCompleter;
  /** Default 5 000. */
  readonly completerTimeoutMs?: number;
  /** What it throws is swallowed: the change is committed by then. */
  readonly notify?: (event: UseCaseEvent) => void;
}
