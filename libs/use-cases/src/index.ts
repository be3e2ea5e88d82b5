export type { ClaimsCompleter, ModelRole, UseCaseContext, UseCaseEvent, UseCaseModel } from './context.js';
export {
  UseCaseError,
  type Problem,
  type UseCaseErrorCode,
  type UseCaseErrorKind,
} from './use-case-error.js';
export { MappingIndexes } from './mapping-indexes.js';
export { RoleCatalogue } from './role-catalogue.js';
export { signIn } from './sign-in.js';
export type {
  SignedIn,
  SignInOutcome,
  SignInRefusalCode,
  SignInRefused,
  SignInRequest,
} from './sign-in-outcome.js';
export { recordFailedSignIn, type FailedSignIn } from './record-failed-sign-in.js';
export { inviteMember, type InviteMember } from './invite-member.js';
export { getMember, listMembers } from './list-members.js';
export { presentGrant, presentMember, type MemberWithRoles, type RoleAssignment } from './present-member.js';
export { assignRole, type AssignRole, type RoleAssigned } from './assign-role.js';
export { revokeRole, type RevokeRole } from './revoke-role.js';
export { createMapping, type MappingWritten } from './create-mapping.js';
export { editMapping, type EditMapping } from './edit-mapping.js';
export { deleteMapping, type DeleteMapping } from './delete-mapping.js';
export { presentMapping } from './mapping-draft.js';
export type { MappingNotice } from './mapping-warnings.js';
