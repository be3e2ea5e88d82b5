import type { Actor, Grant } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { lockMember } from './find.js';
import { settleGrants } from './settle-grants.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember } from './work.js';

export interface RevokeRole {
  readonly organization: string;
  readonly member: string;
  /** Id of the grant. */
  readonly assignment: string;
  readonly actor: Actor;
}

/**
 * Takes an assignment away: basis `api` and `import` go. Errors: `member-not-found`, `assignment-not-found`,
 * `grant-owned-by-mapping` and `grant-owned-by-default` with the ids of what gives it, `last-holder` (S11).
 */
export async function revokeRole(
  context: UseCaseContext,
  input: RevokeRole,
): Promise<{ readonly outcome: 'revoked'; readonly grant: Grant }> {
  return performForMember(context, input, async (work) => {
    const { tx, organization } = work;
    const member = await lockMember(tx, organization, input.member);
    const before = await tx.grants.ofMember(organization, member.id);
    const grant = before.find(({ id }) => id === input.assignment);
    if (grant === undefined) {
      const message = `the member has no role assignment \`${input.assignment}\``;
      throw new UseCaseError('assignment-not-found', message);
    }
    refuseOwned(grant);
    const rules = await work.rules();
    const cause = { by: 'revocation' };
    await settleGrants(work, rules, { member, before, remove: [grant], cause, lastHolder: 'refuse' });
    return { outcome: 'revoked', grant };
  });
}

function refuseOwned({ basis, source, evidence }: Grant): void {
  if (basis === 'force') {
    const mappings = [...new Set(evidence.map(({ mapping }) => mapping))];
    const named = mappings.length > 0 ? ` \`${mappings.join('`, `')}\`` : '';
    throw new UseCaseError(
      'grant-owned-by-mapping',
      `role mappings${named} of \`${source}\` give this role; change them, or the person's claims`,
      { subjects: mappings },
    );
  }
  if (basis === 'default') {
    throw new UseCaseError(
      'grant-owned-by-default',
      `\`${source}\` gives this role to whoever has no other; change its default role, or assign another role`,
      { subjects: [source] },
    );
  }
}
