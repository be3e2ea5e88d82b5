import { newId, organizationOf, type Actor, type Connection } from '@idp-roles/store';
import {
  defaultRoleId,
  hasRequiredClaims,
  presentConnection,
  requiredClaimsNeeded,
  type ConnectionDraft,
} from './connection-rules.js';
import type { UseCaseContext } from './context.js';
import type { MappingNotice } from './mapping-warnings.js';
import { UseCaseError } from './use-case-error.js';
import { performOnRules } from './work.js';

export interface ConnectionWritten {
  /** With the default role as its slug. */
  readonly connection: Connection;
  readonly warnings: readonly MappingNotice[];
}

/**
 * L10: of an issuer that many tenants share, without required claims, only a draft is made, with a warning.
 * Errors: `organization-not-found`, `invalid`, `role-missing`, `role-not-grantable`, `permission-not-held`.
 */
export async function createConnection(
  context: UseCaseContext,
  input: ConnectionDraft & { readonly organization: string; readonly actor: Actor },
): Promise<ConnectionWritten> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization, at } = work;
    const { roles } = await work.rules();
    const open = input.sharedIssuer && !hasRequiredClaims(input);
    const defaultRole = await defaultRoleId(work, roles, input.defaultRole);
    const connection: Connection = {
      organization,
      id: await freshId(input.id, organization, (id) => tx.connections.get(organization, id)),
      name: input.name,
      protocol: input.protocol,
      state: open ? 'draft' : (input.state ?? 'active'),
      settings: input.settings,
      issuer: input.issuer,
      defaultSyncMode: input.defaultSyncMode ?? 'force',
      ...(defaultRole !== undefined && { defaultRole }),
      denyWithoutRole: input.denyWithoutRole ?? false,
      absentClaim: input.absentClaim ?? 'revoke',
      ...(input.jit !== undefined && { jit: input.jit }),
      ...(input.requiredClaims && { requiredClaims: input.requiredClaims }),
      ...(input.subjectClaim !== undefined && { subjectClaim: input.subjectClaim }),
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    await tx.connections.insert(connection, input.secrets ?? {});
    const shown = presentConnection(connection, roles);
    work.record('connection.created', { subject: { type: 'connection', id: connection.id }, after: shown });
    work.touchAll();
    const { code, message } = requiredClaimsNeeded();
    return { connection: shown, warnings: open ? [{ code, message }] : [] };
  });
}

async function freshId(
  given: string | undefined,
  organization: string,
  get: (id: string) => Promise<unknown>,
): Promise<string> {
  if (given === undefined) return newId('con', organization);
  if (organizationOf(given) !== organization || (await get(given)) !== undefined) {
    throw new UseCaseError('invalid', 'a connection id is new and carries its organization’s; leave it out');
  }
  return given;
}
