/** A role as decisions see it: the model's, or one an organization made for itself (A9). */
export interface Role {
  /** Grants name roles by this. A model role's id is its slug; a tenant role made anew has a new id (M8). */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** `organization` or a resource type of the model. */
  readonly on: string;
  readonly permissions: ReadonlySet<string>;
  readonly keepLastHolder: boolean;
  readonly idpGrantable: boolean;
  /** Position for M12: the model's roles in their order, then tenant roles in theirs. */
  readonly rank: number;
  readonly origin: 'model' | 'tenant';
}

/**
 * Whether holding `held` on an ancestor is as good as holding `wanted` on the resource (A3): it permits everything
 * that `wanted` does. A role that permits nothing is contained in none.
 */
export function containsRole(held: Role, wanted: Role): boolean {
  if (wanted.permissions.size === 0) return false;
  for (const permission of wanted.permissions) if (!held.permissions.has(permission)) return false;
  return true;
}
