import {
  evaluate,
  type Claims,
  type Evaluation,
  type EvaluationContext,
  type MappingIndex,
} from '@idp-roles/mapping';
import type { Connection, Directory, StoreReader, StoreTransaction } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { existingOf } from './resolved-resources.js';
import { anyDomain, type RuleFacts } from './rules.js';

interface Judged {
  readonly rules: RuleFacts;
  readonly index: MappingIndex;
  readonly claims: Claims;
  /** Ids of mappings newer than these claims (M10). */
  readonly newerMappings?: ReadonlySet<string>;
}

export interface ConnectionEvaluation extends Judged {
  readonly connection: Connection;
  /** S4. */
  readonly importRuns: boolean;
  /** S6: a directory gives this member's roles in the place of the connection's `force` mappings. */
  readonly takenOver: boolean;
}

export interface DirectoryEvaluation extends Judged {
  readonly directory: Directory;
}

type Reader = StoreReader | StoreTransaction;

/** Claims × the connection's mappings, with everything of the store that the engine must know. Writes nothing. */
export async function evaluateConnection(
  context: UseCaseContext,
  reader: Reader,
  evaluation: ConnectionEvaluation,
): Promise<Evaluation> {
  const { rules, connection, importRuns, takenOver } = evaluation;
  return evaluateSource(context, reader, evaluation, {
    source: { connection: connection.id },
    defaultSyncMode: connection.defaultSyncMode,
    absentClaim: connection.absentClaim,
    importRuns,
    takenOver,
    claimsSeen: await reader.connections.claimsSeen(rules.organization.id, connection.id),
  });
}

/**
 * Claims as of a directory user × the directory's mappings. Whether the directory gives roles at all (`givesRoles`), and the user is
 * active, is for the caller to ask. Writes nothing; reads only where mappings to resources are on (M13).
 */
export function evaluateDirectory(
  context: UseCaseContext,
  reader: Reader,
  evaluation: DirectoryEvaluation,
): Promise<Evaluation> {
  return evaluateSource(context, reader, evaluation, {
    source: { directory: evaluation.directory.id },
    // M1, S4. A directory user is whole: what is absent is not there.
    defaultSyncMode: 'force',
    absentClaim: 'revoke',
    importRuns: false,
    takenOver: false,
  });
}

async function evaluateSource(
  surroundings: UseCaseContext,
  reader: Reader,
  { rules, index, claims, newerMappings }: Judged,
  ofSource: Pick<
    EvaluationContext,
    'source' | 'defaultSyncMode' | 'absentClaim' | 'importRuns' | 'takenOver' | 'claimsSeen'
  >,
): Promise<Evaluation> {
  const { organization, roles, provenDomains } = rules;
  const context: EvaluationContext = {
    ...ofSource,
    roles: roles.targets,
    provenDomains,
    anyDomain: anyDomain(rules, ofSource.source),
    roleSelection: organization.roleSelection,
    ...(newerMappings && { newerMappings }),
  };
  if (!surroundings.allowResourceMappings) return evaluate(index, claims, context);
  const asked = new AskedResources();
  evaluate(index, claims, { ...context, resources: asked });
  const resources =
    asked.size === 0
      ? asked
      : await existingOf(surroundings, reader.resources, organization.id, [...asked].map(resourceOfKey));
  return evaluate(index, claims, { ...context, resources });
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
