import { sourceKey } from '@idp-roles/mapping';
import type { Grant } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import type { ExplainedGrant, ExplainedRole } from './explanation.js';
import type { RuleFacts } from './rules.js';
import { givesSomething } from './settle-defaults.js';

/** Each role held, with every grant that gives it and what supports that. The organization's roles come first, those that are gone last. */
export async function explainGrants(
  { store: { read }, clock }: UseCaseContext,
  { organization, roles, connections, directories }: RuleFacts,
  held: readonly Grant[],
): Promise<readonly ExplainedRole[]> {
  const notes = await notesOf(read.mappings, organization.id, held);
  const names = new Map<string, Pick<ExplainedGrant, 'connection' | 'directory'>>();
  for (const { id, name } of connections) names.set(sourceKey({ connection: id }), { connection: name });
  for (const { id, name } of directories) names.set(sourceKey({ directory: id }), { directory: name });
  const now = clock();
  const explained = new Map<string, ExplainedRole & { readonly grants: ExplainedGrant[] }>();
  for (const grant of held.toSorted((one, other) => roles.compare(one, other))) {
    const { role, resource } = grant;
    const key = JSON.stringify([role, resource?.type, resource?.id]);
    const entry = explained.get(key) ?? {
      role: roles.slugOf(role),
      gone: roles.byId(role) === undefined,
      ...(resource && { resource }),
      grants: [],
    };
    explained.set(key, entry);
    entry.grants.push({
      id: grant.id,
      source: grant.source,
      ...names.get(grant.source),
      basis: grant.basis,
      since: grant.createdAt,
      assignedBy: grant.assignedBy,
      ...(grant.expiresAt !== undefined && { expiresAt: grant.expiresAt }),
      inEffect: givesSomething(grant, roles, now),
      evidence: grant.evidence.map((row) => ({ ...row, ...notes.get(row.mapping) })),
    });
  }
  return [...explained.values()];
}

async function notesOf(
  mappings: UseCaseContext['store']['read']['mappings'],
  organization: string,
  held: readonly Grant[],
): Promise<ReadonlyMap<string, { readonly note?: string }>> {
  const ids = new Set(held.flatMap(({ evidence }) => evidence.map(({ mapping }) => mapping)));
  const notes = new Map<string, { readonly note?: string }>();
  for (const { mapping } of await mappings.byIds(organization, [...ids])) {
    if (mapping.note !== undefined) notes.set(mapping.id, { note: mapping.note });
  }
  return notes;
}
