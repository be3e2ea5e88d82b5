import { sourceKey } from '@idp-roles/mapping';
import type { Actor } from '@idp-roles/store';
import { presentConnection } from './connection-rules.js';
import type { UseCaseContext } from './context.js';
import { endSessionsOfConnection } from './end-sessions.js';
import { findConnection } from './find.js';
import { presentMapping } from './mapping-draft.js';
import { withdrawSource } from './withdraw-source.js';
import { performOnRules } from './work.js';

/** S9: as disabling it, and its mappings go with it; import grants stay. Errors: `connection-not-found`, `last-holder`. */
export async function deleteConnection(
  context: UseCaseContext,
  input: { readonly organization: string; readonly connection: string; readonly actor: Actor },
): Promise<{ readonly outcome: 'deleted' }> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization } = work;
    const connection = await findConnection(tx, organization, input.connection);
    const { id } = connection;
    const { roles } = await work.rules();
    const source = sourceKey({ connection: id });
    const { changed } = await tx.mappings.changedSince(organization, source, 0);
    for (const { mapping } of changed) {
      await tx.mappings.delete(organization, mapping.id);
      const subject = { type: 'role-mapping', id: mapping.id };
      work.record('role-mapping.deleted', { subject, before: presentMapping(mapping, roles) });
    }
    await tx.connections.delete(organization, id);
    const before = presentConnection(connection, roles);
    work.record('connection.deleted', { subject: { type: 'connection', id }, before });
    await withdrawSource(work, source, ['force', 'default'], {
      by: 'connection-deletion',
      connection: id,
    });
    await endSessionsOfConnection(work, id);
    work.touchAll();
    return { outcome: 'deleted' };
  });
}
