import { claimsOf, evaluate, MappingIndex, type RoleMapping } from '@idp-roles/mapping';
import type { StoreReader, StoreTransaction } from '@idp-roles/store';
import { directoryClaims } from './directory-claims.js';
import { directoryIn, type RuleFacts } from './rules.js';

export interface MappingNotice {
  readonly code: string;
  readonly message: string;
}

type Reader = StoreReader | StoreTransaction;

/** Of how many users of a directory a mapping is checked against. */
const sample = 200;

/**
 * What an admin should know about a mapping that is allowed: a claim that the connection has sent nobody yet, or that nobody looked at
 * in the directory has, is likely misspelt (M9).
 */
export async function mappingWarnings(
  reader: Reader,
  rules: RuleFacts,
  mapping: RoleMapping,
): Promise<readonly MappingNotice[]> {
  const { source, enabled } = mapping;
  if (enabled === false) return [];
  if ('connection' in source) {
    const seen = await reader.connections.claimsSeen(rules.organization.id, source.connection);
    return neverSeen(mapping, seen).map(({ code, message }) => ({ code, message }));
  }
  const name = directoryIn(rules, source.directory)?.name ?? source.directory;
  const seen = await namesIn(reader, rules.organization.id, source.directory);
  return neverSeen(mapping, seen).map(({ code, claim }) => ({
    code,
    message: `none of the users of directory \`${name}\` that were looked at has \`${claim ?? ''}\`; check its spelling or let the identity provider send it`,
  }));
}

async function namesIn(
  reader: Reader,
  organization: string,
  directory: string,
): Promise<ReadonlySet<string>> {
  const users = await reader.directoryUsers.after(organization, directory, undefined, sample);
  return new Set(users.flatMap((user) => [...directoryClaims(user, []).byName.keys()]));
}

/** Where nothing was seen at all, nothing can be said. */
function neverSeen(mapping: RoleMapping, claimsSeen: ReadonlySet<string>) {
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
  return warnings.filter(({ code }) => code === 'claim-never-seen');
}
