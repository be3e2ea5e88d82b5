import type { MemberWithRoles } from '@idp-roles/use-cases';
import { assignedRoleView, type AssignedRoleView } from './assigned-role.view.js';

export interface MemberView {
  readonly id: string;
  readonly status: MemberWithRoles['status'];
  readonly email?: string;
  readonly name?: string;
  readonly roles: readonly AssignedRoleView[];
}

export function memberView({ id, status, email, name, roles }: MemberWithRoles): MemberView {
  return { id, status, email, name, roles: roles.map(assignedRoleView) };
}
