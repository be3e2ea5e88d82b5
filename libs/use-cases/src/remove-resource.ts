import type { ResourceReference } from '@idp-roles/mapping';
import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import type { Rules } from './rules.js';
import { settleGrants } from './settle-grants.js';
import { UseCaseError } from './use-case-error.js';
import { eachMember } from './withdraw-support.js';
import { performOnRules, type Work } from './work.js';

export interface RemoveResource {
  readonly organization: string;
  readonly resource: ResourceReference;
  /** With everything below it. */
  readonly cascade?: boolean;
  readonly actor: Actor;
}

/**
 * The grants on it go with it, whoever gave them; of one that the host resolves itself, these alone.
 * Errors: `resource-not-found`, `resource-has-children` with their ids.
 */
export async function removeResource(
  context: UseCaseContext,
  input: RemoveResource,
): Promise<{ readonly outcome: 'removed'; readonly resources: readonly ResourceReference[] }> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization } = work;
    const { type, id } = input.resource;
    const found = await tx.resources.get(organization, { type, id });
    if (found === undefined && !context.resolved?.has(type))
      throw new UseCaseError('resource-not-found', `there is no ${type} \`${id}\``);
    const below = await tx.resources.children(organization, { type, id }, 50);
    if (below.length > 0 && input.cascade !== true) {
      const message = `\`${below.map((child) => child.id).join('`, `')}\` stand below it; remove them first, or all with \`cascade\``;
      throw new UseCaseError('resource-has-children', message, { subjects: below.map((child) => child.id) });
    }
    const rules = await work.rules();
    const resources: ResourceReference[] = [];
    await removeTree(work, rules, { type, id }, resources);
    work.touchAll();
    return { outcome: 'removed', resources };
  });
}

/** Children before their parent, as their rows refer to it. */
async function removeTree(
  work: Work,
  rules: Rules,
  resource: ResourceReference,
  removed: ResourceReference[],
): Promise<void> {
  const { tx, organization } = work;
  for (;;) {
    const [child] = await tx.resources.children(organization, resource, 1);
    if (child === undefined) break;
    await removeTree(work, rules, { type: child.type, id: child.id }, removed);
  }
  const { type, id } = resource;
  const cause = { by: 'resource-removal', resource };
  await eachMember(work, await tx.grants.onResource(organization, type, id), async (member, before) => {
    const remove = before.filter((grant) => grant.resource?.type === type && grant.resource.id === id);
    await settleGrants(work, rules, { member, before, remove, cause, lastHolder: 'ignore' });
  });
  await tx.resources.delete(organization, resource);
  work.record('resource.removed', { subject: { type, id }, before: resource });
  removed.push(resource);
}
