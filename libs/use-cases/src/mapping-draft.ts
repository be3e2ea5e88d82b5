import {
  parseRoleMapping,
  sourceKey,
  type MappingFacts,
  type MappingSource,
  type RoleMapping,
} from '@idp-roles/mapping';
import type { Connection, StoreReader, StoreTransaction } from '@idp-roles/store';
import { domainsOf } from './evaluate-connection.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';

/** A mapping read from the outside: its role as an id, its sync mode said. */
export interface MappingDraft {
  readonly mapping: RoleMapping;
  readonly connection: Connection;
}

interface DraftRules {
  readonly roles: RoleCatalogue;
  readonly allowResourceMappings: boolean;
  readonly organization: string;
  /** Given to a mapping without one. */
  readonly id: string;
}

/**
 * M1, M5, M8, M13: anything → a mapping that may be stored, its role's slug turned into the id. A sync mode that was left out
 * becomes the connection's default of today, so that a new default is for new mappings (S5). Throws every problem at once.
 */
export async function readMappingDraft(
  reader: StoreReader | StoreTransaction,
  input: unknown,
  { roles, allowResourceMappings, organization, id }: DraftRules,
): Promise<MappingDraft> {
  const shape = parseRoleMapping(input, { id });
  const resource = shape.ok ? shape.mapping.resource : undefined;
  const facts: MappingFacts = {
    ...(await domainsOf(reader, organization)),
    roles: new Map([...roles.all.values()].map((role) => [role.slug, role])),
    allowResourceMappings,
    ...(resource && { resources: await reader.resources.existing(organization, [resource]) }),
  };
  const parsed = shape.ok ? parseRoleMapping(input, { id, facts }) : shape;
  if (!parsed.ok) {
    refuseProblems(parsed.problems);
    throw new UseCaseError('invalid', 'the role mapping is not valid');
  }
  const { source, role: slug } = parsed.mapping;
  const connection = await connectionOf(reader, organization, source);
  const role = roles.bySlug(slug);
  if (role === undefined) throw new UseCaseError('role-missing', `this organization has no role \`${slug}\``);
  const { syncMode = connection.defaultSyncMode } = parsed.mapping;
  return { mapping: { ...parsed.mapping, role: role.id, syncMode }, connection };
}

async function connectionOf(
  reader: StoreReader | StoreTransaction,
  organization: string,
  source: MappingSource,
): Promise<Connection> {
  const connection =
    'connection' in source ? await reader.connections.get(organization, source.connection) : undefined;
  if (connection !== undefined) return connection;
  const message = `this organization has no \`${sourceKey(source)}\`; name a connection it has`;
  const problems = [{ path: 'source', code: 'source-missing', message }];
  throw new UseCaseError('invalid', message, { problems });
}

/** The edge's form: the role as its slug, or as its id where the role is gone. */
export function presentMapping(mapping: RoleMapping, roles: RoleCatalogue): RoleMapping {
  return { ...mapping, role: roles.slugOf(mapping.role) };
}
