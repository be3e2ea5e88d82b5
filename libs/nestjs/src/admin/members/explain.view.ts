import type { Nearest } from '@idp-roles/access';
import type { ExplainedGrant, ExplainedRole, Explanation } from '@idp-roles/use-cases';
import type { AccessExplanation, ExplainedDecision } from '../../access/access-service.js';
import { asInstant } from '../request/instant.js';

type GrantView = Omit<ExplainedGrant, 'since' | 'expiresAt'> & {
  readonly since: string;
  readonly expiresAt?: string;
};

export type ExplanationView = Omit<Explanation, 'roles'> & {
  /** Whether the guards would say yes to `role` now; absent where none was asked for. */
  readonly allowed?: boolean;
  /** What would make it a yes, with the least change. */
  readonly nearest?: NearestView;
  /** Of the `decisionId` asked for. */
  readonly decision?: DecisionView;
  readonly roles: readonly (Omit<ExplainedRole, 'grants'> & { readonly grants: readonly GrantView[] })[];
};

type NearestView = Omit<Nearest, 'expiredAt'> & { readonly expiredAt?: string };

type DecisionView = Pick<ExplainedDecision, 'code' | 'asked' | 'changed'> & {
  readonly at: string;
  readonly now: readonly (Pick<AccessExplanation, 'allowed' | 'code' | 'reasons'> & {
    readonly nearest?: NearestView;
  })[];
};

export function decisionView({ code, asked, changed, at, now }: ExplainedDecision): DecisionView {
  return {
    code,
    asked,
    at: asInstant(at),
    changed,
    now: now.map(({ allowed, code: why, reasons, nearest }) => ({
      allowed,
      ...(why && { code: why }),
      reasons,
      ...nearestView(nearest),
    })),
  };
}

export function nearestView(nearest?: Nearest): { readonly nearest?: NearestView } {
  if (nearest === undefined) return {};
  const { expiredAt, ...rest } = nearest;
  const ended = expiredAt !== undefined && Number.isFinite(expiredAt) && { expiredAt: asInstant(expiredAt) };
  return { nearest: { ...rest, ...ended } };
}

/** As the use case says it, with instants as texts. */
export function explanationView(explanation: Explanation): ExplanationView {
  const roles = explanation.roles.map((role) => ({ ...role, grants: role.grants.map(grantView) }));
  return { ...explanation, roles };
}

function grantView({ since, expiresAt, ...grant }: ExplainedGrant): GrantView {
  const view = { ...grant, since: asInstant(since) };
  return expiresAt === undefined ? view : { ...view, expiresAt: asInstant(expiresAt) };
}
