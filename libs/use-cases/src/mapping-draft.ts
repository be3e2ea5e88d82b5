import { parseRoleMapping, sourceKey, type MappingFacts, type RoleMapping } from '@idp-roles/mapping';
import type { StoreReader, StoreTransaction } from '@idp-roles/store';
import { existingOf, type ResolvedResources } from './resolved-resources.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { anyDomain, sourceOf, type RuleFacts } from './rules.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';

interface DraftRules {
  readonly rules: RuleFacts;
  readonly allowResourceMappings: boolean;
  readonly resolved?: ResolvedResources;
  /** Given to a mapping without one. */
  readonly id: string;
}

/**
 * M1, M5, M8, M13: anything → a mapping that may be stored, its role's slug turned into the id. A sync mode that was left out
 * becomes the connection's default of today, so that a new default is for new mappings (S5); a directory's is always `force`.
 * Throws every problem at once.
 */
export async function readMappingDraft(
  reader: StoreReader | StoreTransaction,
  input: unknown,
  { rules, allowResourceMappings, resolved, id }: DraftRules,
): Promise<RoleMapping> {
  const { organization, roles, provenDomains } = rules;
  const shape = parseRoleMapping(input, { id });
  const resource = shape.ok ? shape.mapping.resource : undefined;
  const facts: MappingFacts = {
    provenDomains,
    anyDomain: shape.ok && anyDomain(rules, shape.mapping.source),
    roles: new Map([...roles.all.values()].map((role) => [role.slug, role])),
    allowResourceMappings,
    ...(resolved && { resolved }),
    ...(resource && {
      resources: await existingOf({ resolved }, reader.resources, organization.id, [resource]),
    }),
  };
  const parsed = shape.ok ? parseRoleMapping(input, { id, facts }) : shape;
  if (!parsed.ok) {
    refuseProblems(parsed.problems);
    throw new UseCaseError('invalid', 'the role mapping is not valid');
  }
  const { source, role: slug } = parsed.mapping;
  const giver = sourceOf(rules, sourceKey(source));
  if (giver === undefined) {
    const message = `this organization has no \`${sourceKey(source)}\`; name a connection or a directory it has`;
    const problems = [{ path: 'source', code: 'source-missing', message }];
    throw new UseCaseError('invalid', message, { problems });
  }
  const role = roles.bySlug(slug);
  if (role === undefined) throw new UseCaseError('role-missing', `this organization has no role \`${slug}\``);
  const usual = 'defaultSyncMode' in giver ? giver.defaultSyncMode : 'force';
  const { syncMode = usual } = parsed.mapping;
  return { ...parsed.mapping, role: role.id, syncMode };
}

/** The edge's form: the role as its slug, or as its id where the role is gone. */
export function presentMapping(mapping: RoleMapping, roles: RoleCatalogue): RoleMapping {
  return { ...mapping, role: roles.slugOf(mapping.role) };
}
