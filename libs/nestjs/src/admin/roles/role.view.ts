import type { Role } from '@idp-roles/access';

export interface RoleView {
  readonly slug: string;
  readonly name: string;
  readonly on: string;
  readonly permissions: readonly string[];
  readonly idpGrantable: boolean;
  readonly keepLastHolder: boolean;
  /** `model`: code, and not to be changed here. `tenant`: the organization's own (A9). */
  readonly origin: 'model' | 'tenant';
}

export function roleView(role: Role): RoleView {
  const { slug, name, on, permissions, idpGrantable, keepLastHolder, origin } = role;
  return { slug, name, on, permissions: [...permissions], idpGrantable, keepLastHolder, origin };
}
