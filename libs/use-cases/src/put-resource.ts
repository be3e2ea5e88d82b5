import { isResourceId, longestResourceId, type ResourceReference } from '@idp-roles/mapping';
import type { Actor, Resource } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findOrganization } from './find.js';
import { refuseProblems, type Problem } from './use-case-error.js';
import { perform, type Work } from './work.js';

export interface PutResource {
  readonly organization: string;
  readonly resource: ResourceReference;
  /** Required exactly where the model puts the type below another one. */
  readonly parent?: ResourceReference;
  readonly name?: string;
  readonly actor: Actor;
}

/** Registers a resource, or moves or renames it. Errors: `organization-not-found`, `invalid`, `resource-missing` for the parent. */
export async function putResource(
  context: UseCaseContext,
  input: PutResource,
): Promise<{ readonly outcome: 'created' | 'updated' | 'unchanged'; readonly resource: Resource }> {
  return perform(context, input, async (work) => {
    const { tx, organization, at } = work;
    await findOrganization(tx, organization);
    const { resource, parent, name } = input;
    await checkPlace(work, input);
    const before = await tx.resources.get(organization, resource);
    const after: Resource = {
      organization,
      type: resource.type,
      id: resource.id,
      ...(parent && { parent: { type: parent.type, id: parent.id } }),
      ...(name !== undefined && { name }),
      createdAt: before?.createdAt ?? at,
    };
    if (before !== undefined && before.name === name && isSame(before.parent, parent)) {
      return { outcome: 'unchanged', resource: before };
    }
    await tx.resources.put(after);
    work.record(before === undefined ? 'resource.created' : 'resource.updated', {
      subject: { type: resource.type, id: resource.id },
      ...(before && { before }),
      after,
    });
    work.touchResources();
    return { outcome: before === undefined ? 'created' : 'updated', resource: after };
  });
}

function isSame(one: ResourceReference | undefined, other: ResourceReference | undefined): boolean {
  return one?.type === other?.type && one?.id === other?.id;
}

async function checkPlace(
  { context, tx, organization }: Work,
  { resource, parent }: PutResource,
): Promise<void> {
  const problems: Problem[] = [];
  const report = (path: string, code: string, message: string) => problems.push({ path, code, message });
  const expected = context.model.resources.get(resource.type);
  if (context.resolved?.has(resource.type)) {
    const message = `the host's resolver says which ${resource.type} there is; create it in the host, none is registered here`;
    report('type', 'resource-type-resolved', message);
  }
  if (expected === undefined) {
    report('type', 'resource-type-unknown', `the access model has no resource type \`${resource.type}\``);
  }
  if (!isResourceId(resource.id)) {
    report('id', 'invalid', `a resource id is a text of 1 to ${longestResourceId} characters`);
  }
  if (expected === 'organization' && parent !== undefined) {
    report(
      'parent',
      'invalid',
      `a ${resource.type} stands directly under the organization; leave \`parent\` out`,
    );
  }
  if (expected !== undefined && expected !== 'organization' && parent?.type !== expected) {
    report('parent', 'invalid', `a ${resource.type} stands under a ${expected}; name it in \`parent\``);
  }
  refuseProblems(problems);
  if (parent !== undefined && (await tx.resources.get(organization, parent)) === undefined) {
    const message = `this organization has no ${parent.type} \`${parent.id}\`; register it first`;
    refuseProblems([{ path: 'parent', code: 'resource-missing', message }]);
  }
}
