import { claimsOf, evaluate, MappingIndex, type RoleMapping } from '@idp-roles/mapping';
import type { StoreReader, StoreTransaction } from '@idp-roles/store';

export interface MappingNotice {
  readonly code: string;
  readonly message: string;
}

/** What an admin should know about a mapping that is allowed: a claim that the connection has sent nobody yet is likely misspelt (M9). */
export async function mappingWarnings(
  reader: StoreReader | StoreTransaction,
  organization: string,
  mapping: RoleMapping,
): Promise<readonly MappingNotice[]> {
  if (!('connection' in mapping.source) || mapping.enabled === false) return [];
  const claimsSeen = await reader.connections.claimsSeen(organization, mapping.source.connection);
  if (claimsSeen.size === 0) return [];
  const { warnings } = evaluate(new MappingIndex([mapping]), claimsOf({}), {
    source: mapping.source,
    defaultSyncMode: 'force',
    absentClaim: 'revoke',
    roles: new Map(),
    provenDomains: new Set(),
    anyDomain: true,
    importRuns: false,
    takenOver: false,
    roleSelection: 'all',
    claimsSeen,
  });
  return warnings.map(({ code, message }) => ({ code, message }));
}
