import type { RoleMapping } from '@idp-roles/mapping';
import { newId, type Actor } from '@idp-roles/store';
import { requireAuthority } from './authority.js';
import type { UseCaseContext } from './context.js';
import { presentMapping, readMappingDraft } from './mapping-draft.js';
import { mappingWarnings, type MappingNotice } from './mapping-warnings.js';
import { resyncSource } from './resync-directories.js';
import { performOnRules } from './work.js';

export interface MappingWritten {
  /** With the role as its slug. */
  readonly mapping: RoleMapping;
  readonly warnings: readonly MappingNotice[];
}

/**
 * Stores a role mapping; members get what it gives at their next sign-in, those of a directory now, by a job (S9). `input` is M1's JSON with the role's slug; its `id` is ours.
 * Errors: `organization-not-found`, `invalid` with every problem, `role-missing`, `role-not-grantable`, `resource-missing`, `domain-unproven`, `permission-not-held`.
 */
export async function createMapping(
  context: UseCaseContext,
  {
    organization,
    actor,
    input,
  }: { readonly organization: string; readonly actor: Actor; readonly input: unknown },
): Promise<MappingWritten> {
  return performOnRules(context, { organization, actor }, async (work) => {
    const { tx, at } = work;
    const rules = await work.rules();
    const { roles } = rules;
    const id = newId('map', organization);
    const mapping = await readMappingDraft(tx, withoutId(input), {
      rules,
      allowResourceMappings: context.allowResourceMappings,
      resolved: context.resolved,
      id,
    });
    await requireAuthority(work, roles, roles.byId(mapping.role)?.permissions ?? [], namedResource(mapping));
    await tx.mappings.insert({ organization, mapping, createdAt: at, updatedAt: at });
    const shown = presentMapping(mapping, roles);
    work.record('role-mapping.created', { subject: { type: 'role-mapping', id }, after: shown });
    if (mapping.enabled !== false) {
      await resyncSource(work, rules, mapping, { by: 'mapping-creation', mapping: id });
    }
    return { mapping: shown, warnings: await mappingWarnings(tx, rules, mapping) };
  });
}

/** Ids are ours: one that comes with the input is not taken over. */
function withoutId(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const { id: _, ...rest } = input as Record<string, unknown>;
  return rest;
}

/** Where the mapping's role must be held by who writes it (A9); captures may name any resource, so then the organization. */
export function namedResource({ resource }: RoleMapping): RoleMapping['resource'] {
  return resource === undefined || /\$[1-9]/.test(resource.id) ? undefined : resource;
}
