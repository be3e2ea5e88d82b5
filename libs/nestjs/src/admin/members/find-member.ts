import type { Member, Store } from '@idp-roles/store';
import { findOrganization } from '../organizations/find-organization.js';
import { notFound } from '../problem/problem-error.js';

/** Throws the 404 where the organization has no such member. */
export async function findMember(store: Store, organization: string, id: string): Promise<Member> {
  await findOrganization(store, organization);
  const member = await store.read.members.get(organization, id);
  if (!member) throw notFound('member');
  return member;
}
