export type { ClaimsCompleter, UseCaseContext, UseCaseEvent } from './context.js';
export type { ModelRole, UseCaseModel } from './use-case-model.js';
export {
  UseCaseError,
  type Problem,
  type UseCaseErrorCode,
  type UseCaseErrorKind,
} from './use-case-error.js';
export { pathOf, type Lineage, type ResolvedResources } from './resolved-resources.js';
export { RulesCache } from './rules-cache.js';
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
export { deactivateMember, type DeactivateMember, type MemberDeactivated } from './deactivate-member.js';
export { reactivateMember, type MemberReactivated, type ReactivateMember } from './reactivate-member.js';
export { getMember, listMembers } from './list-members.js';
export { presentGrant, presentMember, type MemberWithRoles, type RoleAssignment } from './present-member.js';
export { assignRole, type AssignRole, type RoleAssigned } from './assign-role.js';
export { revokeRole, type RevokeRole } from './revoke-role.js';
export { createMapping, type MappingWritten } from './create-mapping.js';
export { editMapping, type EditMapping } from './edit-mapping.js';
export { deleteMapping, type DeleteMapping } from './delete-mapping.js';
export { presentMapping } from './mapping-draft.js';
export type { MappingNotice } from './mapping-warnings.js';
export {
  createOrganization,
  type CreateOrganization,
  type OrganizationWithDomains,
} from './create-organization.js';
export { updateOrganization, type UpdateOrganization } from './update-organization.js';
export { deleteOrganization } from './delete-organization.js';
export type { ConnectionDraft } from './connection-rules.js';
export { createConnection, type ConnectionWritten } from './create-connection.js';
export { updateConnection, type ConnectionChanges, type UpdateConnection } from './update-connection.js';
export { disableConnection, type DisableConnection } from './disable-connection.js';
export { deleteConnection } from './delete-connection.js';
export { endSession, listSessions } from './end-sessions.js';
export { endSessionsAtIdp, type EndSessionsAtIdp, type SessionsEnded } from './end-sessions-at-idp.js';
export { openSession } from './open-session.js';
export { previewMappings, type MappingPreview, type PreviewMappings } from './preview-mappings.js';
export { putResource, type PutResource } from './put-resource.js';
export { removeResource, type RemoveResource } from './remove-resource.js';
export { createRole, type CreateRole } from './create-role.js';
export { updateRole, type UpdateRole } from './update-role.js';
export { deleteRole, type DeleteRole, type RoleDeleted } from './delete-role.js';
export { listRoles, type ListedRole } from './list-roles.js';
export { explain, type Explain } from './explain.js';
export type { ExplainedGrant, ExplainedRole, ExplainedWhyNot, Explanation } from './explanation.js';
export { createGroup, type CreateGroup, type GroupCreated } from './create-group.js';
export { changeGroup, type ChangeGroup, type GroupChanged } from './change-group.js';
export { deleteGroup, type DeleteGroup } from './delete-group.js';
export type { GroupChange } from './group-changes.js';
export { provisionUser, type ProvisionUser, type UserProvisioned } from './provision-user.js';
export { changeUser, type ChangeUser, type UserChanged } from './change-user.js';
export { deleteUser, type DeleteUser, type UserDeleted } from './delete-user.js';
export { createDirectory } from './create-directory.js';
export { updateDirectory, type DirectoryChanges, type UpdateDirectory } from './update-directory.js';
export { deleteDirectory } from './delete-directory.js';
export type { DirectoryDraft } from './directory-rules.js';
export { issueDirectoryToken, type IssueDirectoryToken } from './issue-directory-token.js';
export { revokeDirectoryToken, type RevokeDirectoryToken } from './revoke-directory-token.js';
export { authenticateDirectory } from './authenticate-directory.js';
export { resyncDirectory } from './resync-directory.js';
export { workOnJobs } from './work-on-jobs.js';
export { cancelJob, type JobCancelled } from './cancel-job.js';
export { getJob, listJobs } from './list-jobs.js';
export { activationImpact } from './activation-impact.js';
export type { ActivationImpact, RoleOfMember } from './role-changes.js';
export { makesMembers } from './jit.js';
