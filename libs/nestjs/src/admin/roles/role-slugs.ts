import type { UseCaseContext } from '@idp-roles/use-cases';

/** Role id → slug, the model's and the organization's own; an id that is gone stands for itself. */
export async function roleSlugs(
  { model, store }: UseCaseContext,
  organization: string,
): Promise<(role: string) => string> {
  const all = [...model.roles, ...(await store.read.roles.all(organization))];
  const slugs = new Map(all.map(({ id, slug }) => [id, slug]));
  return (role) => slugs.get(role) ?? role;
}
