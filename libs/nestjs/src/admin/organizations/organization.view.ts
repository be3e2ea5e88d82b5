import type { Domain, Organization } from '@idp-roles/store';
import { asInstant } from '../request/instant.js';

export interface OrganizationView {
  readonly id: string;
  readonly name: string;
  /** Proven ones, folded. */
  readonly domains: readonly string[];
  readonly roleSource: Organization['roleSource'];
  readonly roleSelection: Organization['roleSelection'];
  readonly keepClaims: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function organizationView(organization: Organization, domains: readonly Domain[]): OrganizationView {
  return {
    id: organization.id,
    name: organization.name,
    domains: domains.filter((domain) => domain.provenAt !== undefined).map((domain) => domain.domain),
    roleSource: organization.roleSource,
    roleSelection: organization.roleSelection,
    keepClaims: organization.keepClaims,
    createdAt: asInstant(organization.createdAt),
    updatedAt: asInstant(organization.updatedAt),
  };
}
