import { sourceKey } from '@idp-roles/mapping';
import type { DirectoryUser, Identity } from '@idp-roles/store';
import { hasDefaults, type RuleFacts } from './rules.js';
import type { Work } from './work.js';

/** Where a member is known: by an identity of a connection, or as a user of a directory (S10). */
export interface Recognition {
  readonly source: string;
  /** That source has not said enough yet, so that its default waits (M9). */
  readonly waits: boolean;
  /** False of a user whom the directory has deactivated. */
  readonly active: boolean;
  /** S6: of a directory that took the member over. */
  readonly tookOverAt?: number;
}

/** An identity made by a sign-in keeps `importDone` false until its first complete sign-in. */
export function recognitionOf({ source, importDone }: Identity): Recognition {
  return { source, waits: !importDone, active: true };
}

export function recognitionIn({ directory, active, tookOverAt }: DirectoryUser): Recognition {
  return {
    source: sourceKey({ directory }),
    waits: false,
    active,
    ...(tookOverAt !== undefined && { tookOverAt }),
  };
}

/** As stored; where no default role could follow from it, nobody is asked. */
export async function recognitionsOf(
  { tx, organization }: Work,
  rules: RuleFacts,
  member: string,
): Promise<readonly Recognition[]> {
  if (!hasDefaults(rules)) return [];
  const identities = await tx.members.identities(organization, member);
  const users = rules.directories.length === 0 ? [] : await tx.directoryUsers.ofMember(organization, member);
  return [...identities.map(recognitionOf), ...users.map(recognitionIn)];
}
