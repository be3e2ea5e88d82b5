import { sourceKey } from '@idp-roles/mapping';
import type { Actor, Domain, Organization } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { organizationName, type OrganizationWithDomains } from './create-organization.js';
import { findOrganization } from './find.js';
import { domainsNamed } from './organization-domains.js';
import { resyncDirectories } from './resync-directories.js';
import { withdrawSource } from './withdraw-source.js';
import { performOnRules, type Work } from './work.js';

export interface UpdateOrganization extends Partial<
  Pick<Organization, 'name' | 'roleSource' | 'roleSelection' | 'keepClaims'>
> {
  readonly organization: string;
  /** All of them: what is not named any more is given up. */
  readonly domains?: readonly string[];
  readonly actor: Actor;
}

/** Errors: `organization-not-found`, `invalid`, `domain-taken`, `last-holder` where directories may give no roles any more. */
export async function updateOrganization(
  context: UseCaseContext,
  input: UpdateOrganization,
): Promise<OrganizationWithDomains> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization: id, at, actor } = work;
    const before = await findOrganization(tx, id);
    const held = await tx.organizations.domains(id);
    const after: Organization = {
      ...before,
      ...(input.name !== undefined && { name: organizationName(input.name) }),
      ...(input.roleSource !== undefined && { roleSource: input.roleSource }),
      ...(input.roleSelection !== undefined && { roleSelection: input.roleSelection }),
      ...(input.keepClaims !== undefined && { keepClaims: input.keepClaims }),
      updatedAt: at,
    };
    const domains =
      input.domains === undefined ? held : domainsNamed(input.domains, held, { organization: id, actor, at });
    await tx.organizations.update(after);
    // D3: turned off means not kept, not only not kept any more.
    if (before.keepClaims && !after.keepClaims) await tx.members.forgetClaims(id);
    if (input.domains !== undefined) await tx.organizations.setDomains(id, domains);
    work.record('organization.updated', {
      before: { ...before, domains: held },
      after: { ...after, domains },
    });
    work.touchAll();
    await followUp(work, before, after, provenAmong(held) !== provenAmong(domains));
    return { ...after, domains };
  });
}

/**
 * S6: from `directory` to another, members are handed back: their roles from SSO come with the next sign-in. To `sso`, what directories
 * gave goes at once; from it, and where directories take over from now on, their members are judged anew. So they are where other
 * domains count, or roles are chosen by another rule (M5, M12).
 */
async function followUp(
  work: Work,
  before: Organization,
  after: Organization,
  otherDomains: boolean,
): Promise<void> {
  const rules = await work.rules();
  const moved = before.roleSource !== after.roleSource;
  const cause = { by: 'organization-change', roleSource: after.roleSource };
  for (const { id } of moved ? rules.directories : []) {
    if (before.roleSource === 'directory') {
      await work.tx.directoryUsers.setTookOver(after.id, id, 'all', undefined);
    }
    if (after.roleSource === 'sso') {
      await withdrawSource(work, sourceKey({ directory: id }), ['force', 'default'], cause);
    }
  }
  const takesMore = moved && (before.roleSource === 'sso' || after.roleSource === 'directory');
  if (takesMore || otherDomains || before.roleSelection !== after.roleSelection) {
    await resyncDirectories(work, rules, cause);
  }
}

function provenAmong(domains: readonly Domain[]): string {
  const proven = domains.filter(({ provenAt }) => provenAt !== undefined);
  return JSON.stringify(proven.map(({ domain }) => domain).toSorted());
}
