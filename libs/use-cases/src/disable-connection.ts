import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import type { ConnectionWritten } from './create-connection.js';
import { updateConnection } from './update-connection.js';

export interface DisableConnection {
  readonly organization: string;
  readonly connection: string;
  readonly actor: Actor;
}

/** S9: nobody signs in through it any more, what it gave by force and by default goes, its sessions end; import grants stay. Errors: `connection-not-found`, `last-holder`. */
export async function disableConnection(
  context: UseCaseContext,
  input: DisableConnection,
): Promise<ConnectionWritten> {
  // Whether its issuer is shared only matters to what is active.
  return updateConnection(context, { ...input, changes: { state: 'disabled' }, sharedIssuer: true });
}
