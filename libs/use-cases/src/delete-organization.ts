import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findOrganization } from './find.js';

/** Everything goes with it, its audit events too. Errors: `organization-not-found`. */
export async function deleteOrganization(
  { store }: UseCaseContext,
  { organization }: { readonly organization: string; readonly actor: Actor },
): Promise<{ readonly outcome: 'deleted' }> {
  return store.transaction(async (tx) => {
    await findOrganization(tx, organization);
    await tx.changes.touch(organization, 'all');
    await tx.organizations.delete(organization);
    return { outcome: 'deleted' };
  });
}
