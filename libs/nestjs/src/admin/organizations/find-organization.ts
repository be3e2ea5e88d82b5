import type { Organization, Store } from '@idp-roles/store';
import { notFound } from '../problem/problem-error.js';

/** Throws the 404 where there is none. */
export async function findOrganization(store: Store, id: string): Promise<Organization> {
  const organization = await store.read.organizations.get(id);
  if (!organization) throw notFound('organization');
  return organization;
}
