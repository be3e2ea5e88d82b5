import {
  evaluate,
  type Claims,
  type Evaluation,
  type EvaluationContext,
  type MappingIndex,
} from '@idp-roles/mapping';
import type { Connection, Organization, StoreReader, StoreTransaction } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import type { RoleCatalogue } from './role-catalogue.js';

export interface ConnectionEvaluation {
  readonly organization: Organization;
  readonly connection: Connection;
  readonly roles: RoleCatalogue;
  readonly index: MappingIndex;
  readonly claims: Claims;
  /** S4. */
  readonly importRuns: boolean;
  /** Ids of mappings newer than these claims (M10). */
  readonly newerMappings?: ReadonlySet<string>;
}

/** Claims × the connection's mappings, with everything of the store that the engine must know. Writes nothing. */
export async function evaluateConnection(
  { allowResourceMappings }: UseCaseContext,
  reader: StoreReader | StoreTransaction,
  { organization, connection, roles, index, claims, importRuns, newerMappings }: ConnectionEvaluation,
): Promise<Evaluation> {
  const { provenDomains, anyDomain } = await domainsOf(reader, organization.id);
  const context: EvaluationContext = {
    source: { connection: connection.id },
    defaultSyncMode: connection.defaultSyncMode,
    absentClaim: connection.absentClaim,
    roles: roles.targets,
    provenDomains,
    anyDomain,
    importRuns,
    takenOver: false,
    roleSelection: organization.roleSelection,
    claimsSeen: await reader.connections.claimsSeen(organization.id, connection.id),
    ...(newerMappings && { newerMappings }),
  };
  if (!allowResourceMappings) return evaluate(index, claims, context);
  const asked = new AskedResources();
  evaluate(index, claims, { ...context, resources: asked });
  const resources =
    asked.size === 0
      ? asked
      : await reader.resources.existing(organization.id, [...asked].map(resourceOfKey));
  return evaluate(index, claims, { ...context, resources });
}

/** M5: proven domains, and whether any domain may be mapped because there is none and one connection only. */
export async function domainsOf(
  reader: StoreReader | StoreTransaction,
  organization: string,
): Promise<Pick<EvaluationContext, 'provenDomains' | 'anyDomain'>> {
  const domains = await reader.organizations.domains(organization);
  const proven = domains.filter(({ provenAt }) => provenAt !== undefined);
  const alone = proven.length === 0 && (await reader.connections.all(organization)).length === 1;
  return { provenDomains: new Set(proven.map(({ domain }) => domain)), anyDomain: alone };
}

/** Notes which resources the claims lead to, so that the store is asked for those alone. */
class AskedResources extends Set<string> {
  override has(key: string): boolean {
    this.add(key);
    return true;
  }
}

function resourceOfKey(key: string): { type: string; id: string } {
  const colon = key.indexOf(':');
  return { type: key.slice(0, colon), id: key.slice(colon + 1) };
}
