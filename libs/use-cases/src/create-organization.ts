import { newOrganizationId, type Actor, type Domain, type Organization } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { domainsNamed } from './organization-domains.js';
import { refuseProblems } from './use-case-error.js';
import { perform } from './work.js';

export interface OrganizationWithDomains extends Organization {
  readonly domains: readonly Domain[];
}

export interface CreateOrganization {
  readonly name: string;
  readonly domains?: readonly string[];
  readonly roleSource?: Organization['roleSource'];
  readonly roleSelection?: Organization['roleSelection'];
  readonly keepClaims?: boolean;
  readonly actor: Actor;
}

/** Errors: `invalid`, `domain-taken`. */
export async function createOrganization(
  context: UseCaseContext,
  input: CreateOrganization,
): Promise<OrganizationWithDomains> {
  const id = newOrganizationId();
  return perform(context, { organization: id, actor: input.actor }, async (work) => {
    const { tx, at } = work;
    const organization: Organization = {
      id,
      name: organizationName(input.name),
      roleSource: input.roleSource ?? 'directory',
      roleSelection: input.roleSelection ?? 'all',
      keepClaims: input.keepClaims ?? true,
      createdAt: at,
      updatedAt: at,
    };
    const domains = domainsNamed(input.domains ?? [], [], { organization: id, actor: input.actor, at });
    await tx.organizations.insert(organization);
    if (domains.length > 0) await tx.organizations.setDomains(id, domains);
    work.record('organization.created', { after: { ...organization, domains } });
    work.touchAll();
    return { ...organization, domains };
  });
}

export function organizationName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > 200) {
    refuseProblems([
      { path: 'name', code: 'invalid', message: 'an organization has a name of 1 to 200 characters' },
    ]);
  }
  return trimmed;
}
