import type { Directory, DirectoryLink } from '@idp-roles/store';
import { defaultRoleId } from './connection-rules.js';
import type { RoleCatalogue } from './role-catalogue.js';
import type { RuleFacts } from './rules.js';
import { refuseProblems, UseCaseError, type Problem } from './use-case-error.js';
import type { Work } from './work.js';

/** L4, as an admin says it. */
export type LinkDraft = Pick<DirectoryLink, 'claim' | 'attribute'>;

/** What an admin says of a directory. */
export interface DirectoryDraft {
  readonly name: string;
  /** A slug. */
  readonly defaultRole?: string;
  /** Connections' ids; absent: every connection of the organization (S6), none: no connection. */
  readonly pairedConnections?: readonly string[];
  readonly link?: LinkDraft;
  /** Active by default. */
  readonly state?: Directory['state'];
}

/** As for a connection's settings: bounded, not judged. */
const LONGEST_NAME = 200;
const LONGEST_CLAIM = 512;
const MOST_PAIRED = 100;

/** All that is wrong with a directory at once; its default role's id where nothing is. `defaultRole` absent: not asked about. */
export async function readDirectory(
  work: Work,
  rules: RuleFacts,
  draft: DirectoryDraft,
): Promise<{ readonly name: string; readonly defaultRole?: string }> {
  const name = draft.name.trim();
  const role = await defaultRoleOf(work, rules.roles, draft.defaultRole);
  const problems: Problem[] = [
    ...(name === '' || name.length > LONGEST_NAME
      ? [invalid('name', `a directory has a name of 1 to ${LONGEST_NAME} characters`)]
      : []),
    ...role.problems,
    ...pairedProblems(rules, draft.pairedConnections),
    ...linkProblems(draft.link),
    ...(draft.state === undefined || draft.state === 'staging' || draft.state === 'active'
      ? []
      : [invalid('state', 'a directory is `staging` or `active`')]),
  ];
  refuseProblems(problems);
  return { name, ...(role.id !== undefined && { defaultRole: role.id }) };
}

/** M8, A9. Who may not give the role is told that alone. */
async function defaultRoleOf(
  work: Work,
  roles: RoleCatalogue,
  slug: string | undefined,
): Promise<{ readonly id?: string; readonly problems: readonly Problem[] }> {
  try {
    return { id: await defaultRoleId(work, roles, slug), problems: [] };
  } catch (error) {
    if (error instanceof UseCaseError && error.kind === 'invalid') return { problems: error.problems ?? [] };
    throw error;
  }
}

function pairedProblems({ connections }: RuleFacts, paired: DirectoryDraft['pairedConnections']): Problem[] {
  const path = 'pairedConnections';
  if (paired === undefined) return [];
  if (paired.length > MOST_PAIRED)
    return [invalid(path, `name at most ${MOST_PAIRED}, or leave it out for all`)];
  return paired.flatMap((id, at) => {
    if (!connections.some((connection) => connection.id === id)) {
      return [invalid(`${path}.${at}`, `there is no connection \`${id}\``)];
    }
    return paired.indexOf(id) < at ? [invalid(`${path}.${at}`, `\`${id}\` is named twice`)] : [];
  });
}

/** L4. */
function linkProblems(link: LinkDraft | undefined): Problem[] {
  if (link === undefined) return [];
  const { claim, attribute } = link;
  const known = attribute === 'externalId' || attribute === 'userName';
  return [
    ...(claim.trim() === '' || claim.length > LONGEST_CLAIM
      ? [invalid('link.claim', `name a claim of 1 to ${LONGEST_CLAIM} characters, or \`subject\``)]
      : []),
    ...(known ? [] : [invalid('link.attribute', 'people are linked by `externalId` or `userName`')]),
  ];
}

function invalid(path: string, message: string): Problem {
  return { path, code: 'invalid', message };
}

/** For audit events: the default role as its slug. */
export function presentDirectory(directory: Directory, roles: RoleCatalogue): Directory {
  const { defaultRole } = directory;
  return defaultRole === undefined ? directory : { ...directory, defaultRole: roles.slugOf(defaultRole) };
}
