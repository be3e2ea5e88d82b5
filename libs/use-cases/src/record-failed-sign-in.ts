import { newTimedId, organizationOf } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';

export interface FailedSignIn {
  /** Id of the connection. */
  readonly connection: string;
  /** Stable code of the check that failed. */
  readonly code: string;
  /** What the page showed to the person. */
  readonly reference: string;
  /** For admins: plain JSON, without secrets or assertions. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** L7: keeps why an IdP's answer was refused before anybody was recognised. Of a connection that does not exist nothing is kept. */
export async function recordFailedSignIn(context: UseCaseContext, failed: FailedSignIn): Promise<void> {
  const organization = organizationOf(failed.connection);
  if (organization === undefined) return;
  await context.store.transaction(async (tx) => {
    if ((await tx.connections.get(organization, failed.connection)) === undefined) return;
    const at = context.clock();
    const id = newTimedId('tra', organization, at);
    await tx.history.trace({ organization, id, at, outcome: 'failed', ...failed });
  });
}
