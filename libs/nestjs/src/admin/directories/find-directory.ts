import type { Directory, Store } from '@idp-roles/store';
import { findOrganization } from '../organizations/find-organization.js';
import { notFound } from '../problem/problem-error.js';

/** Throws the 404 where the organization has no such directory. */
export async function findDirectory(store: Store, organization: string, id: string): Promise<Directory> {
  await findOrganization(store, organization);
  const directory = await store.read.directories.get(organization, id);
  if (!directory) throw notFound('directory');
  return directory;
}
