import type { Actor } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { findMapping } from './edit-mapping.js';
import { presentMapping } from './mapping-draft.js';
import { nothing } from './remaining-support.js';
import { withdrawSupport } from './withdraw-support.js';
import { resyncSource } from './resync-directories.js';
import { performOnRules } from './work.js';

export interface DeleteMapping {
  readonly organization: string;
  readonly mapping: string;
  readonly actor: Actor;
}

/** S9: what it alone supported goes with it; import grants stay. Errors: `mapping-not-found`, `last-holder`. */
export async function deleteMapping(
  context: UseCaseContext,
  input: DeleteMapping,
): Promise<{ readonly outcome: 'deleted' }> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization } = work;
    const { mapping } = await findMapping(tx, organization, input.mapping);
    const rules = await work.rules();
    const { roles } = rules;
    await tx.mappings.delete(organization, mapping.id);
    const subject = { type: 'role-mapping', id: mapping.id };
    work.record('role-mapping.deleted', { subject, before: presentMapping(mapping, roles) });
    const cause = { by: 'mapping-deletion', mapping: mapping.id };
    await withdrawSupport(work, mapping.id, nothing, cause);
    // M12: what it outranked is due now.
    if (rules.organization.roleSelection === 'highest') await resyncSource(work, rules, mapping, cause);
    return { outcome: 'deleted' };
  });
}
