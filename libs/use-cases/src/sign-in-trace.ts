import { newTimedId, type SignInTrace } from '@idp-roles/store';
import { randomBytes } from 'node:crypto';
import type { Judgement } from './judge-sign-in.js';
import type { RoleCatalogue } from './role-catalogue.js';
import type { SignInRequest } from './sign-in-outcome.js';
import type { Work } from './work.js';

export function newReference(): string {
  return randomBytes(6).toString('hex').toUpperCase();
}

/** L7: names and counts, never a claim's value. */
export function traceOf(
  work: Work,
  request: SignInRequest & { readonly reference: string },
  result: Pick<SignInTrace, 'outcome' | 'code' | 'member'>,
  detail: Readonly<Record<string, unknown>>,
): SignInTrace {
  const { organization, at } = work;
  const { connection, reference, claims, format, emailVerified } = request;
  return {
    organization,
    connection,
    id: newTimedId('tra', organization, at),
    at,
    reference,
    ...result,
    detail: {
      ...detail,
      format,
      ...(isAddress(format) && { advice: 'name-id-is-an-address' }),
      claims: [...claims.byName.keys()],
      ...(claims.incomplete.size > 0 && { incomplete: [...claims.incomplete.keys()] }),
      ...(claims.partial !== undefined && { partial: claims.partial }),
      ...(emailVerified !== undefined && { emailVerified }),
    },
  };
}

/**
 * L4: an address may be given to somebody else later, who then is that member. Admins read it in the trace; the
 * mend is a persistent NameID or the connection's `subjectClaim`. SAML core 2.0, section 8.3.2.
 */
function isAddress(format: string): boolean {
  return format === 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
}

/** What the evaluation came to, for a trace. */
export function evaluationSummary(
  roles: RoleCatalogue,
  { evaluation, settlement }: Judgement,
): Record<string, unknown> {
  const { add, remove, kept, after } = settlement;
  const slugs = (grants: readonly { readonly role: string }[]) =>
    grants.map(({ role }) => roles.slugOf(role));
  return {
    holds: slugs(after),
    added: slugs(add),
    removed: slugs(remove),
    ...(kept.length > 0 && { keptAsLastHolder: slugs(kept) }),
    warnings: evaluation.warnings.map(({ code, mapping, claim }) => ({ code, mapping, claim })),
  };
}
