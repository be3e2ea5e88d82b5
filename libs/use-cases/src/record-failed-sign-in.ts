import { newTimedId, organizationOf } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';

export interface FailedSignIn {
  /** Id of the connection. */
  readonly connection: string;
  /** False where it belongs to no sign-in under way, so that anybody may have caused it: kept within a small quota of its own. True if absent. */
  readonly begun?: boolean;
  /** Stable code of the check that failed. */
  readonly code: string;
  /** What the page showed to the person. */
  readonly reference: string;
  /** For admins: plain JSON, without secrets or assertions. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** L7: keeps why an IdP's answer was refused before anybody was recognised. Of a connection that does not exist nothing is kept. */
export async function recordFailedSignIn(context: UseCaseContext, failed: FailedSignIn): Promise<void> {
  const { connection, begun = true, code, reference, detail } = failed;
  const organization = organizationOf(connection);
  if (organization === undefined) return;
  await context.store.transaction(async (tx) => {
    if ((await tx.connections.get(organization, connection)) === undefined) return;
    const at = context.clock();
    const id = newTimedId('tra', organization, at);
    const outcome = begun ? 'failed' : 'not-begun';
    await tx.history.trace({ organization, connection, id, at, outcome, code, reference, detail });
  });
}
