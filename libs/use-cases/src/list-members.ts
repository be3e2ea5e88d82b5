import type { Page, PageRequest } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findMember, findOrganization } from './find.js';
import { presentMember, type MemberWithRoles } from './present-member.js';
import { RoleCatalogue } from './role-catalogue.js';

/** By e-mail (folded, whole) or all, page by page, with what each holds from every source. */
export async function listMembers(
  { store, model }: UseCaseContext,
  { organization, ...page }: PageRequest & { readonly organization: string; readonly email?: string },
): Promise<Page<MemberWithRoles>> {
  const { read } = store;
  await findOrganization(read, organization);
  const { data, after } = await read.members.list(organization, page);
  const roles = await RoleCatalogue.read(model, read.roles, organization);
  const grants = await read.grants.ofMembers(
    organization,
    data.map(({ id }) => id),
  );
  return {
    data: data.map((member) => presentMember(member, grants.get(member.id) ?? [], roles)),
    ...(after !== undefined && { after }),
  };
}

/** Errors: `member-not-found`. */
export async function getMember(
  { store: { read }, model }: UseCaseContext,
  { organization, member: id }: { readonly organization: string; readonly member: string },
): Promise<MemberWithRoles> {
  const member = await findMember(read, organization, id);
  const roles = await RoleCatalogue.read(model, read.roles, organization);
  return presentMember(member, await read.grants.ofMember(organization, member.id), roles);
}
