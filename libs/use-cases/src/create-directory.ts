import { newId, type Actor, type Directory } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { presentDirectory, readDirectory, type DirectoryDraft } from './directory-rules.js';
import { performOnRules } from './work.js';

/**
 * With its default role as that role's id. Nobody is in it yet. Errors: `organization-not-found`, `permission-not-held` (A9), and with every
 * problem and its path `invalid`, `role-missing`, `role-not-grantable` (M8).
 */
export async function createDirectory(
  context: UseCaseContext,
  input: DirectoryDraft & { readonly organization: string; readonly actor: Actor },
): Promise<Directory> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization, at } = work;
    const rules = await work.rules();
    const { pairedConnections, link, state = 'active' } = input;
    const directory: Directory = {
      organization,
      id: newId('dir', organization),
      ...(await readDirectory(work, rules, input)),
      state,
      ...(pairedConnections !== undefined && { pairedConnections }),
      ...(link !== undefined && { link: { claim: link.claim, attribute: link.attribute, since: at } }),
      createdAt: at,
      updatedAt: at,
    };
    await tx.directories.insert(directory);
    const after = presentDirectory(directory, rules.roles);
    work.record('directory.created', { subject: { type: 'directory', id: directory.id }, after });
    return directory;
  });
}
