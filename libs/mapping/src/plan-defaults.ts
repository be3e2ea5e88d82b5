import type { HeldGrant } from './plan.js';
import type { SourceKey } from './source.js';

/** S10: a place that gives a default role to members with an identity there. */
export interface DefaultRole {
  readonly source: SourceKey;
  readonly role: string;
  /** False while the source's claims were incomplete, the role is gone or not grantable, or the source is not active: nothing is added (M9, M8). */
  readonly mayAdd: boolean;
  /** False while undecided: an existing default grant is left as it is (M9). */
  readonly mayRemove: boolean;
}

export interface DefaultsPlan {
  readonly add: readonly { readonly source: SourceKey; readonly role: string }[];
  readonly remove: readonly HeldGrant[];
}

/**
 * S10: the default grants a member should have beside `heldAfter`, which is all the member holds once the sync is applied.
 * `defaults` names every place where the member has an identity and that gives a default role: a default grant of any other
 * place goes. Resource roles do not count as roles here, nor do default grants for each other. Idempotent.
 */
export function planDefaults(
  heldAfter: readonly HeldGrant[],
  defaults: readonly DefaultRole[],
): DefaultsPlan {
  const hasRole = heldAfter.some(({ basis, resource }) => basis !== 'default' && resource === undefined);
  const held = heldAfter.filter(({ basis }) => basis === 'default');
  const remove = held.filter((grant) => {
    const place = defaults.find(({ source }) => source === grant.source);
    if (place === undefined) return true;
    return place.mayRemove && (hasRole || place.role !== grant.role);
  });
  const add = defaults
    .filter(({ mayAdd, source, role }) => {
      if (hasRole || !mayAdd) return false;
      return !held.some((grant) => grant.source === source && grant.role === role);
    })
    .map(({ source, role }) => ({ source, role }));
  return { add, remove };
}
