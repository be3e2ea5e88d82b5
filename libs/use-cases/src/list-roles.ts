import type { UseCaseContext } from './context.js';
import { findOrganization } from './find.js';
import { RoleCatalogue } from './role-catalogue.js';

export interface ListedRole {
  /** Of a role of the model, its slug. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly on: string;
  readonly permissions: readonly string[];
  readonly idpGrantable: boolean;
  readonly keepLastHolder: boolean;
  readonly origin: 'model' | 'tenant';
}

/** The model's roles in their order, then the organization's own in theirs (M12). Errors: `organization-not-found`. */
export async function listRoles(
  { store: { read }, model }: UseCaseContext,
  { organization }: { readonly organization: string },
): Promise<readonly ListedRole[]> {
  await findOrganization(read, organization);
  const roles = await RoleCatalogue.read(model, read.roles, organization);
  return [...roles.all.values()].map(({ permissions, rank: _rank, ...role }) => ({
    ...role,
    permissions: [...permissions],
  }));
}
