import type { Actor, Organization } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { organizationName, type OrganizationWithDomains } from './create-organization.js';
import { findOrganization } from './find.js';
import { domainsNamed } from './organization-domains.js';
import { performOnRules } from './work.js';

export interface UpdateOrganization extends Partial<
  Pick<Organization, 'name' | 'roleSource' | 'roleSelection' | 'keepClaims'>
> {
  readonly organization: string;
  /** All of them: what is not named any more is given up. */
  readonly domains?: readonly string[];
  readonly actor: Actor;
}

/** Errors: `organization-not-found`, `invalid`, `domain-taken`. */
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
    return { ...after, domains };
  });
}
