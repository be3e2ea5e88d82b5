import type { Connection, Store } from '@idp-roles/store';
import { findOrganization } from '../organizations/find-organization.js';
import { notFound } from '../problem/problem-error.js';

/** Throws the 404 where the organization has no such connection. */
export async function findConnection(store: Store, organization: string, id: string): Promise<Connection> {
  await findOrganization(store, organization);
  const connection = await store.read.connections.get(organization, id);
  if (!connection) throw notFound('connection');
  return connection;
}
