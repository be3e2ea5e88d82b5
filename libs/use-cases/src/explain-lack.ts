import {
  claimsFromStored,
  MappingIndex,
  sourceKey,
  whyNot,
  type Claims,
  type Evaluation,
  type MappingSource,
  type ResourceReference,
  type RoleMapping,
} from '@idp-roles/mapping';
import type { Connection, Directory, DirectoryUser, Identity, Member } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { directoryClaims } from './directory-claims.js';
import { evaluateConnection, evaluateDirectory } from './evaluate-source.js';
import type { ExplainedWhyNot } from './explanation.js';
import { otherSource } from './other-source.js';
import { connectionIn, directoryIn, type Rules } from './rules.js';

export interface Lack {
  readonly rules: Rules;
  readonly member: Member;
  readonly identities: readonly Identity[];
  /** As whom directories know the member. */
  readonly users: readonly DirectoryUser[];
  /** A slug. */
  readonly role: string;
  readonly resource?: ResourceReference;
}

/**
 * M10: for each mapping to the role, why it gave nothing to this member: judged by the claims of their last sign-in, and by what a
 * directory says of them now.
 */
export async function explainLack(context: UseCaseContext, lack: Lack): Promise<readonly ExplainedWhyNot[]> {
  const { rules, users } = lack;
  const role = rules.roles.bySlug(lack.role);
  if (role === undefined) {
    return [{ code: 'role-missing', message: `this organization has no role \`${lack.role}\`` }];
  }
  const stored = await context.store.read.mappings.toRole(rules.organization.id, role.id);
  const leading = stored.filter(({ mapping }) => mayLeadTo(mapping, lack.resource));
  if (leading.length === 0) {
    const message = `no role mapping leads to \`${lack.role}\` here; make one, or assign the role`;
    return [{ code: 'no-mapping', message }];
  }
  const judged = new Map<string, Promise<JudgedSource>>();
  const reasons: ExplainedWhyNot[] = [];
  for (const { mapping } of leading) {
    const source = sourceKey(mapping.source);
    const other = otherSource(rules, users, mapping);
    if (other !== undefined) {
      reasons.push(other);
      continue;
    }
    const known = judged.get(source) ?? judgeSource(context, lack, mapping.source);
    judged.set(source, known);
    reasons.push(reasonOf(mapping, source, await known));
  }
  return reasons;
}

function mayLeadTo({ resource }: RoleMapping, asked: ResourceReference | undefined): boolean {
  if (resource?.type !== asked?.type) return false;
  return resource?.id === asked?.id || /\$[1-9]/.test(resource?.id ?? '');
}

/** What a source's mappings came to for the member, or why that cannot be said. */
type JudgedSource = Pick<ExplainedWhyNot, 'code' | 'message'> | { readonly evaluation: Evaluation };

function reasonOf(mapping: RoleMapping, source: string, judged: JudgedSource): ExplainedWhyNot {
  if (!('evaluation' in judged)) return { mapping: mapping.id, source, ...judged };
  const reason = whyNot(judged.evaluation, mapping);
  if (reason !== undefined) return { source, ...reason };
  return { mapping: mapping.id, source, ...stillToCome(mapping.source) };
}

function stillToCome(source: MappingSource): Pick<ExplainedWhyNot, 'code' | 'message'> {
  if ('connection' in source) {
    const message = 'the mapping fits the last sign-in; the next one gives the role';
    return { code: 'not-signed-in-since', message };
  }
  const message =
    'the mapping fits what the directory says now; the re-sync that is under way gives the role';
  return { code: 'resync-pending', message };
}

/** Once for each source, however many of its mappings lead to the role: it reads and compiles all that the source has. */
async function judgeSource(
  context: UseCaseContext,
  lack: Lack,
  source: MappingSource,
): Promise<JudgedSource> {
  if ('directory' in source) return judgeDirectory(context, lack, directoryIn(lack.rules, source.directory));
  return judgeConnection(context, lack, connectionIn(lack.rules, source.connection));
}

async function judgeConnection(
  context: UseCaseContext,
  { rules, identities }: Lack,
  connection: Connection | undefined,
): Promise<JudgedSource> {
  const { read } = context.store;
  if (connection?.state !== 'active') {
    return {
      code: 'connection-not-active',
      message: 'the connection of this mapping is not active; activate it',
    };
  }
  const key = sourceKey({ connection: connection.id });
  const identity = identities.find((one) => one.source === key);
  if (identity === undefined) {
    const message = `the member has not signed in through \`${connection.name}\` yet`;
    return { code: 'never-signed-in', message };
  }
  const claims = await keptClaims(context, identity);
  if (claims === undefined) {
    const message = 'the claims of the last sign-in are not kept; preview the mapping instead';
    return { code: 'claims-not-kept', message };
  }
  const { changed } = await read.mappings.changedSince(rules.organization.id, key, 0);
  const newer = changed.filter(({ updatedAt }) => updatedAt > (identity.lastSignInAt ?? 0));
  const evaluation = await evaluateConnection(context, read, {
    rules,
    connection,
    claims,
    index: new MappingIndex(changed.map(({ mapping }) => mapping)),
    importRuns: !identity.importDone,
    // What is taken over was told by `otherSource`; `import` mappings run all the same.
    takenOver: false,
    newerMappings: new Set(newer.map(({ mapping }) => mapping.id)),
  });
  return { evaluation };
}

async function judgeDirectory(
  context: UseCaseContext,
  { rules, member, users }: Lack,
  directory: Directory | undefined,
): Promise<JudgedSource> {
  if (directory?.state !== 'active') {
    const message = 'the directory of this mapping gives no roles while it is in staging; activate it';
    return { code: 'directory-not-active', message };
  }
  const { read } = context.store;
  const { id, organization, name } = directory;
  const user = users.find((one) => one.directory === id);
  if (user === undefined) {
    const message = `no user of directory \`${name}\` is this member; let the identity provider provision them`;
    return { code: 'not-in-directory', message };
  }
  if (!user.active) {
    const message = `directory \`${name}\` says that this person is not active; activate them at the identity provider`;
    return { code: 'user-not-active', message };
  }
  if (member.status === 'suspended' || member.status === 'deprovisioned') {
    const message = `the member is ${member.status}; a directory gives such a member no roles`;
    return { code: `member-${member.status}`, message };
  }
  const groups = (await read.directoryUsers.groupsOf(organization, id, [user.id])).get(user.id) ?? [];
  const claims = directoryClaims(user, groups);
  const index = await rules.index(sourceKey({ directory: id }));
  return { evaluation: await evaluateDirectory(context, read, { rules, directory, index, claims }) };
}

async function keptClaims(
  { store: { read } }: UseCaseContext,
  identity: Identity,
): Promise<Claims | undefined> {
  const kept = await read.members.lastClaims(identity);
  return kept === undefined ? undefined : claimsFromStored(kept);
}
