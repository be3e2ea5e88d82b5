import type { ListedRole } from '@idp-roles/use-cases';

export interface RoleView {
  readonly slug: string;
  readonly name: string;
  readonly on: string;
  readonly permissions: readonly string[];
  readonly idpGrantable: boolean;
  readonly keepLastHolder: boolean;
  /** `model`: code, and not to be changed here. `organization`: its own (A9). */
  readonly origin: 'model' | 'organization';
}

export function roleView(role: ListedRole): RoleView {
  const { slug, name, on, permissions, idpGrantable, keepLastHolder } = role;
  return { slug, name, on, permissions, idpGrantable, keepLastHolder, origin: role.origin };
}
