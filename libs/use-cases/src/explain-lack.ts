import {
  claimsFromStored,
  MappingIndex,
  sourceKey,
  whyNot,
  type Claims,
  type ResourceReference,
  type RoleMapping,
} from '@idp-roles/mapping';
import type { Connection, Identity, Organization, StoredRoleMapping } from '@idp-roles/store';
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
  const reasons: ExplainedWhyNot[] = [];
  for (const mapping of leading) reasons.push(await reasonOf(context, roles, lack, mapping));
  return reasons;
}

function mayLeadTo({ resource }: RoleMapping, asked: ResourceReference | undefined): boolean {
  if (resource?.type !== asked?.type) return false;
  return resource?.id === asked?.id || /\$[1-9]/.test(resource?.id ?? '');
}

async function reasonOf(
  context: UseCaseContext,
  roles: RoleCatalogue,
  lack: Lack,
  { mapping }: StoredRoleMapping,
): Promise<ExplainedWhyNot> {
  const { read } = context.store;
  const { organization, identities } = lack;
  const source = sourceKey(mapping.source);
  const because = (code: string, message: string) => ({ mapping: mapping.id, source, code, message });
  const connection =
    'connection' in mapping.source
      ? await read.connections.get(organization.id, mapping.source.connection)
      : undefined;
  if (connection?.state !== 'active') {
    return because('connection-not-active', 'the connection of this mapping is not active; activate it');
  }
  const identity = identities.find((one) => one.source === source);
  if (identity === undefined) {
    return because('never-signed-in', `the member has not signed in through \`${connection.name}\` yet`);
  }
  const claims = await keptClaims(context, identity);
  if (claims === undefined) {
    return because(
      'claims-not-kept',
      'the claims of the last sign-in are not kept; preview the mapping instead',
    );
  }
  const reason = await judge(context, roles, { organization, connection, identity, claims }, mapping);
  if (reason !== undefined) return { source, ...reason };
  return because('not-signed-in-since', 'the mapping fits the last sign-in; the next one gives the role');
}

interface Judged {
  readonly organization: Organization;
  readonly connection: Connection;
  readonly identity: Identity;
  readonly claims: Claims;
}

async function judge(
  context: UseCaseContext,
  roles: RoleCatalogue,
  { identity, ...judged }: Judged,
  mapping: RoleMapping,
) {
  const { read } = context.store;
  const source = sourceKey(mapping.source);
  const { changed } = await read.mappings.changedSince(judged.organization.id, source, 0);
  const newer = changed.filter(({ updatedAt }) => updatedAt > (identity.lastSignInAt ?? 0));
  const evaluation = await evaluateConnection(context, read, {
    ...judged,
    roles,
    index: new MappingIndex(changed.map((stored) => stored.mapping)),
    importRuns: !identity.importDone,
    newerMappings: new Set(newer.map((stored) => stored.mapping.id)),
  });
  return whyNot(evaluation, mapping);
}

async function keptClaims(
  { store: { read } }: UseCaseContext,
  identity: Identity,
): Promise<Claims | undefined> {
  const kept = await read.members.lastClaims(identity);
  return kept === undefined ? undefined : claimsFromStored(kept);
}
