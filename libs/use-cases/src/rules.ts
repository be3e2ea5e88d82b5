import { MappingIndex, sourceKey, type MappingSource, type SourceKey } from '@idp-roles/mapping';
import type { Connection, Directory, Organization, StoreReader, StoreTransaction } from '@idp-roles/store';
import type { UseCaseModel } from './use-case-model.js';
import { findOrganization } from './find.js';
import { RoleCatalogue } from './role-catalogue.js';

/** What an organization's syncs follow beside its mappings (S12). Values: good for as long as the version they were read at. */
export interface RuleFacts {
  readonly organization: Organization;
  readonly connections: readonly Connection[];
  readonly directories: readonly Directory[];
  readonly roles: RoleCatalogue;
  /** Folded (L10). */
  readonly provenDomains: ReadonlySet<string>;
}

export interface Rules extends RuleFacts {
  /** Absent where they are read by whoever may be changing them, or outside a transaction. */
  readonly version?: number;
  /** The compiled mappings of one source. Not to be edited: others evaluate by it too. */
  index(source: SourceKey): Promise<MappingIndex>;
}

type Reader = StoreReader | StoreTransaction;

/** Errors: `organization-not-found`. */
export async function readRuleFacts(
  model: UseCaseModel,
  reader: Reader,
  organization: string,
): Promise<RuleFacts> {
  const found = await findOrganization(reader, organization);
  const domains = await reader.organizations.domains(organization);
  const proven = domains.filter(({ provenAt }) => provenAt !== undefined);
  return {
    organization: found,
    connections: await reader.connections.all(organization),
    directories: await reader.directories.all(organization),
    roles: await RoleCatalogue.read(model, reader.roles, organization),
    provenDomains: new Set(proven.map(({ domain }) => domain)),
  };
}

/** As they are at this moment; nothing of it is kept. Errors: `organization-not-found`. */
export async function readRules(model: UseCaseModel, reader: Reader, organization: string): Promise<Rules> {
  const facts = await readRuleFacts(model, reader, organization);
  return {
    ...facts,
    async index(source) {
      const { changed } = await reader.mappings.changedSince(organization, source, 0);
      return new MappingIndex(changed.map(({ mapping }) => mapping));
    },
  };
}

/** M5: an organization without a proven domain may map any, as long as nobody but this source can speak for it. */
export function anyDomain(
  { provenDomains, connections, directories }: RuleFacts,
  source: MappingSource,
): boolean {
  if (provenDomains.size > 0) return false;
  if ('connection' in source) return connections.length === 1;
  return connections.length === 0 && directories.length === 1;
}

export function connectionIn({ connections }: RuleFacts, id: string): Connection | undefined {
  return connections.find((connection) => connection.id === id);
}

export function directoryIn({ directories }: RuleFacts, id: string): Directory | undefined {
  return directories.find((directory) => directory.id === id);
}

/** Whether anybody could hold a role by default (S10): where not, nobody need be asked where they are known. */
export function hasDefaults({ connections, directories }: RuleFacts): boolean {
  return [...connections, ...directories].some(({ state, defaultRole }) => {
    return state === 'active' && defaultRole !== undefined;
  });
}

/** By its source key. */
export function sourceOf(rules: RuleFacts, key: string): Connection | Directory | undefined {
  const { connections, directories } = rules;
  return (
    connections.find(({ id }) => sourceKey({ connection: id }) === key) ??
    directories.find(({ id }) => sourceKey({ directory: id }) === key)
  );
}
