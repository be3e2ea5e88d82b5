import { sourceKey } from '@idp-roles/mapping';
import type { Actor } from '@idp-roles/store';
import { buryShutOut } from './bury-shut-out.js';
import type { UseCaseContext } from './context.js';
import { presentDirectory } from './directory-rules.js';
import { findDirectory } from './find-directory.js';
import { presentMapping } from './mapping-draft.js';
import { withdrawSource } from './withdraw-source.js';
import { performOnRules } from './work.js';

/**
 * S9: what it gave goes at once, its mappings, tokens, users and groups with it, and its members are handed back to SSO (S6). Sessions go
 * on; whom it has shut out stays out (S8). A job of it ends at its next batch. Errors: `directory-not-found`, `last-holder`.
 */
export async function deleteDirectory(
  context: UseCaseContext,
  input: { readonly organization: string; readonly directory: string; readonly actor: Actor },
): Promise<{ readonly outcome: 'deleted' }> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization } = work;
    const directory = await findDirectory(work, input.directory);
    const { id } = directory;
    const { roles } = await work.rules();
    const source = sourceKey({ directory: id });
    const { changed } = await tx.mappings.changedSince(organization, source, 0);
    for (const { mapping } of changed) {
      await tx.mappings.delete(organization, mapping.id);
      const subject = { type: 'role-mapping', id: mapping.id };
      work.record('role-mapping.deleted', { subject, before: presentMapping(mapping, roles) });
    }
    await buryShutOut(work, directory);
    await tx.directories.delete(organization, id);
    const before = presentDirectory(directory, roles);
    work.record('directory.deleted', { subject: { type: 'directory', id }, before });
    await withdrawSource(work, source, ['force', 'default'], { by: 'directory-deletion', directory: id });
    return { outcome: 'deleted' };
  });
}
