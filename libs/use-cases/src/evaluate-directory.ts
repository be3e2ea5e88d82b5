import { MappingIndex, sourceKey, type Evaluation } from '@idp-roles/mapping';
import type {
  Directory,
  DirectoryUser,
  GroupOfUser,
  Member,
  StoreReader,
  StoreTransaction,
} from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { directoryClaims } from './directory-claims.js';
import { evaluateDirectory } from './evaluate-source.js';
import type { Rules } from './rules.js';
import { givesRoles } from './take-over.js';

/** A user of a directory with all that their roles follow from. */
export interface Provisioned {
  readonly user: DirectoryUser;
  readonly member: Member;
  /** Those that name the user directly. */
  readonly groups: readonly GroupOfUser[];
}

export interface EvaluatedUser extends Provisioned {
  readonly evaluation: Evaluation;
}

const noMappings = new MappingIndex();

/**
 * Users × the directory's mappings (S7), in their order. Evaluations give nothing to who may have no roles of it: all users of a
 * directory that gives none, whom it says is not active, and whom anybody has shut out (S8). Writes nothing.
 */
export async function evaluateUsers(
  context: UseCaseContext,
  reader: StoreReader | StoreTransaction,
  rules: Rules,
  directory: Directory,
  people: readonly Provisioned[],
): Promise<readonly EvaluatedUser[]> {
  const gives = givesRoles(rules, directory);
  const mappings = gives ? await rules.index(sourceKey({ directory: directory.id })) : noMappings;
  const evaluated: EvaluatedUser[] = [];
  for (const one of people) {
    const claims = directoryClaims(one.user, one.groups);
    const index = mayHaveRoles(one) ? mappings : noMappings;
    const evaluation = await evaluateDirectory(context, reader, { rules, directory, index, claims });
    evaluated.push({ ...one, evaluation });
  }
  return evaluated;
}

function mayHaveRoles({ user, member }: Provisioned): boolean {
  return user.active && member.status !== 'suspended' && member.status !== 'deprovisioned';
}
