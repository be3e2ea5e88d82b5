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
import type { Identity, Organization } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { evaluateConnection } from './evaluate-connection.js';
import type { ExplainedWhyNot } from './explanation.js';
import type { RoleCatalogue } from './role-catalogue.js';

export interface Lack {
  readonly organization: Organization;
  readonly identities: readonly Identity[];
  /** A slug. */
  readonly role: string;
  readonly resource?: ResourceReference;
}

/** M10: for each mapping to the role, why it gave nothing to this member, judged by the claims of their last sign-in. */
export async function explainLack(
  context: UseCaseContext,
  roles: RoleCatalogue,
  lack: Lack,
): Promise<readonly ExplainedWhyNot[]> {
  const { read } = context.store;
  const role = roles.bySlug(lack.role);
  if (role === undefined) {
    return [{ code: 'role-missing', message: `this organization has no role \`${lack.role}\`` }];
  }
  const stored = await read.mappings.toRole(lack.organization.id, role.id);
  const leading = stored.filter(({ mapping }) => mayLeadTo(mapping, lack.resource));
  if (leading.length === 0) {
    const message = `no role mapping leads to \`${lack.role}\` here; make one, or assign the role`;
    return [{ code: 'no-mapping', message }];
  }
  const judged = new Map<string, Promise<JudgedSource>>();
  const reasons: ExplainedWhyNot[] = [];
  for (const { mapping } of leading) {
    const source = sourceKey(mapping.source);
    const known = judged.get(source) ?? judgeSource(context, roles, lack, mapping.source);
    judged.set(source, known);
    reasons.push(reasonOf(mapping, source, await known));
  }
  return reasons;
}

function mayLeadTo({ resource }: RoleMapping, asked: ResourceReference | undefined): boolean {
  if (resource?.type !== asked?.type) return false;
  return resource?.id === asked?.id || /\$[1-9]/.test(resource?.id ?? '');
}

/** What a source's mappings came to at the member's last sign-in, or why that cannot be said. */
type JudgedSource = Pick<ExplainedWhyNot, 'code' | 'message'> | { readonly evaluation: Evaluation };

function reasonOf(mapping: RoleMapping, source: string, judged: JudgedSource): ExplainedWhyNot {
  if (!('evaluation' in judged)) return { mapping: mapping.id, source, ...judged };
  const reason = whyNot(judged.evaluation, mapping);
  if (reason !== undefined) return { source, ...reason };
  const message = 'the mapping fits the last sign-in; the next one gives the role';
  return { mapping: mapping.id, source, code: 'not-signed-in-since', message };
}

/** Once for each source, however many of its mappings lead to the role: it reads and compiles all that the source has. */
async function judgeSource(
  context: UseCaseContext,
  roles: RoleCatalogue,
  { organization, identities }: Lack,
  source: MappingSource,
): Promise<JudgedSource> {
  const { read } = context.store;
  const connection =
    'connection' in source ? await read.connections.get(organization.id, source.connection) : undefined;
  if (connection?.state !== 'active') {
    return {
      code: 'connection-not-active',
      message: 'the connection of this mapping is not active; activate it',
    };
  }
  const key = sourceKey(source);
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
  const { changed } = await read.mappings.changedSince(organization.id, key, 0);
  const newer = changed.filter(({ updatedAt }) => updatedAt > (identity.lastSignInAt ?? 0));
  const evaluation = await evaluateConnection(context, read, {
    organization,
    connection,
    claims,
    roles,
    index: new MappingIndex(changed.map(({ mapping }) => mapping)),
    importRuns: !identity.importDone,
    newerMappings: new Set(newer.map(({ mapping }) => mapping.id)),
  });
  return { evaluation };
}

async function keptClaims(
  { store: { read } }: UseCaseContext,
  identity: Identity,
): Promise<Claims | undefined> {
  const kept = await read.members.lastClaims(identity);
  return kept === undefined ? undefined : claimsFromStored(kept);
}
