import { sourceKey } from '@idp-roles/mapping';
import type { Actor, Connection, ConnectionSecrets } from '@idp-roles/store';
import {
  defaultRoleId,
  hasRequiredClaims,
  presentConnection,
  requiredClaimsNeeded,
  type ConnectionDraft,
} from './connection-rules.js';
import type { UseCaseContext } from './context.js';
import type { ConnectionWritten } from './create-connection.js';
import { endSessionsOfConnection } from './end-sessions.js';
import { findConnection } from './find.js';
import type { RoleCatalogue } from './role-catalogue.js';
import { UseCaseError } from './use-case-error.js';
import { withdrawSource } from './withdraw-source.js';
import { performOnRules, type Work } from './work.js';

/** What is left out stays; null takes an optional field away. */
export interface ConnectionChanges {
  readonly name?: string;
  readonly state?: Connection['state'];
  readonly settings?: Connection['settings'];
  /** Replaces them all. */
  readonly secrets?: ConnectionSecrets;
  readonly issuer?: string;
  readonly defaultSyncMode?: Connection['defaultSyncMode'];
  /** A slug. */
  readonly defaultRole?: string | null;
  readonly denyWithoutRole?: boolean;
  readonly absentClaim?: Connection['absentClaim'];
  readonly jit?: boolean | null;
  readonly requiredClaims?: Connection['requiredClaims'] | null;
  readonly subjectClaim?: string | null;
}

export interface UpdateConnection {
  readonly organization: string;
  readonly connection: string;
  readonly actor: Actor;
  readonly changes: ConnectionChanges;
  /** L10, of the connection as it is once changed: see `ConnectionDraft`. */
  readonly sharedIssuer: ConnectionDraft['sharedIssuer'];
}

/**
 * State `disabled` is `disableConnection`; back to `draft` shuts it the same way (S9). An earlier default role goes at once from those who
 * held it by default, who get the new one; where there was none, a new one comes with each member's next change. Errors: `connection-not-found`, `required-claims-needed` (L10), `issuer-change-needs-relink` (L4: another issuer or `subjectClaim` once somebody is recognised through it),
 * `role-missing`, `role-not-grantable`, `invalid`, `permission-not-held`, `last-holder`.
 */
export async function updateConnection(
  context: UseCaseContext,
  input: UpdateConnection,
): Promise<ConnectionWritten> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization } = work;
    const before = await findConnection(tx, organization, input.connection);
    const { roles } = await work.rules();
    const after = await changed(work, roles, before, input.changes);
    const open = input.sharedIssuer && !hasRequiredClaims(after);
    if (open && after.state === 'active') throw requiredClaimsNeeded();
    await refuseStrangers(work, before, after);
    await tx.connections.update(after, input.changes.secrets);
    await followUp(work, roles, before, after);
    const stored = (await tx.connections.get(organization, after.id)) ?? after;
    const { code, message } = requiredClaimsNeeded();
    return {
      connection: presentConnection(stored, roles),
      warnings: open && after.state === 'draft' ? [{ code, message }] : [],
    };
  });
}

async function changed(
  work: Work,
  roles: RoleCatalogue,
  before: Connection,
  changes: ConnectionChanges,
): Promise<Connection> {
  const { secrets: _, defaultRole: slug, ...plain } = changes;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  const merged: Record<string, unknown> = { ...before, ...Object.fromEntries(given), updatedAt: work.at };
  // A9 asks about a new default role; to take one away, or to leave it, needs nothing.
  if (slug === null) delete merged['defaultRole'];
  else if (slug !== undefined && slug !== presentConnection(before, roles).defaultRole) {
    merged['defaultRole'] = await defaultRoleId(work, roles, slug);
  } else merged['defaultRole'] = before.defaultRole;
  const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(kept) as unknown as Connection;
}

/** L4: an identity carries the issuer and the claim it was read from; a change of either makes a stranger of everybody known. */
async function refuseStrangers(
  { tx, organization }: Work,
  before: Connection,
  after: Connection,
): Promise<void> {
  const newIssuer = before.issuer !== after.issuer;
  if (!newIssuer && subjectOf(before) === subjectOf(after)) return;
  if (!(await tx.members.hasIdentityFrom(organization, sourceKey({ connection: before.id })))) return;
  throw new UseCaseError(
    'issuer-change-needs-relink',
    newIssuer
      ? 'members are recognised by the issuer they signed in through; make a new connection for the new issuer'
      : 'members are recognised by the subject they signed in with; make a new connection for the new `subjectClaim`',
  );
}

/** In OpenID Connect `sub` is what absence means; in SAML it is an attribute like another. */
function subjectOf({ protocol, subjectClaim }: Connection): string | undefined {
  return protocol === 'oidc' ? (subjectClaim ?? 'sub') : subjectClaim;
}

async function followUp(
  work: Work,
  roles: RoleCatalogue,
  before: Connection,
  after: Connection,
): Promise<void> {
  const { id } = after;
  const shut = before.state === 'active' && after.state !== 'active';
  const action = shut && after.state === 'disabled' ? 'connection.disabled' : 'connection.updated';
  const shown = { before: presentConnection(before, roles), after: presentConnection(after, roles) };
  work.record(action, { subject: { type: 'connection', id }, ...shown });
  work.touchAll();
  const source = sourceKey({ connection: id });
  if (shut) {
    const cause = { by: `connection-${after.state}`, connection: id };
    await withdrawSource(work, source, ['force', 'default'], cause);
    await endSessionsOfConnection(work, id);
  } else if (before.defaultRole !== undefined && before.defaultRole !== after.defaultRole) {
    const cause = { by: 'default-role-change', connection: id };
    await withdrawSource(work, source, ['default'], cause);
  }
}
