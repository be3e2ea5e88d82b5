import type { ExplainedGrant, ExplainedRole, Explanation } from '@idp-roles/use-cases';
import { asInstant } from '../request/instant.js';

type GrantView = Omit<ExplainedGrant, 'since' | 'expiresAt'> & {
  readonly since: string;
  readonly expiresAt?: string;
};

export type ExplanationView = Omit<Explanation, 'roles'> & {
  readonly roles: readonly (Omit<ExplainedRole, 'grants'> & { readonly grants: readonly GrantView[] })[];
};

/** As the use case says it, with instants as texts. */
export function explanationView(explanation: Explanation): ExplanationView {
  const roles = explanation.roles.map((role) => ({ ...role, grants: role.grants.map(grantView) }));
  return { ...explanation, roles };
}

function grantView({ since, expiresAt, ...grant }: ExplainedGrant): GrantView {
  const view = { ...grant, since: asInstant(since) };
  return expiresAt === undefined ? view : { ...view, expiresAt: asInstant(expiresAt) };
}
