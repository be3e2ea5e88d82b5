export {
  AccessDefinitionError,
  defineAccess,
  type AccessModel,
  type ShapeOf,
  type TenantSlug,
} from '@idp-roles/access';
export {
  claimsOf,
  claimsOfAttributes,
  type Claims,
  type RoleMapping,
  type SyncMode,
} from '@idp-roles/mapping';
export type { OutboundOptions } from '@idp-roles/outbound';
export {
  openStore,
  type Connection,
  type Directory,
  type EphemeralStore,
  type Job,
  type Member,
  type MemberStatus,
  type Organization,
  type Page,
  type Resource,
  type Store,
} from '@idp-roles/store';
export {
  UseCaseError,
  type ClaimsCompleter,
  type Explanation,
  type MemberWithRoles,
  type RoleAssignment,
  type SignInOutcome,
  type UseCaseErrorCode,
} from '@idp-roles/use-cases';

export { AccessContext, type HeldRole } from './access/access-context.js';
export { AccessGuard } from './access/access-guard.js';
export type { AccessibleResources, MemberWithAccess, ResourceFilter } from './access/access-listed.js';
export {
  AccessListException,
  DecisionStaleException,
  DecisionUnknownException,
} from './access/access-problems.js';
export { AccessRoutes, type AccessRoute } from './access/access-routes.js';
export {
  AccessService,
  type AccessAnswer,
  type AccessExplanation,
  type AskedOf,
  type ExplainedDecision,
  type ListPage,
  type Subject,
} from './access/access-service.js';
export { AccessAuditError } from './access/audit-problem.js';
export {
  createAccess,
  type AccessDecorators,
  type AlternativeOf,
  type PermissionOptions,
  type RoleOptions,
} from './access/create-access.js';
export type { AccessDecorator } from './access/declaration.js';
export type { Binding } from './access/binding.js';
export {
  AccessDeniedException,
  AccessUnavailableException,
  NotSignedInException,
  type AccessProblem,
  type AccessProblemCode,
} from './access/denial.js';
export { describeAccess } from './access/describe-access.js';
export { PrincipalProvider, type Principal } from './access/principal-provider.js';

export { AssignmentService, type Assignable, type MemberReference } from './host/assignment.service.js';
export { ConnectionService } from './host/connection.service.js';
export { DirectoryService, type DirectoryReference } from './host/directory.service.js';
export { MemberService } from './host/member.service.js';
export { OrganizationService } from './host/organization.service.js';
export { ResourceService } from './host/resource.service.js';
export { ResolverAuditError, type ResolverProblem } from './resources/resolver-audit-error.js';
export {
  ResolvesResource,
  type ResolvedResource,
  type ResolvesResourceOptions,
  type ResourceResolver,
} from './resources/resource-resolver.js';
export { StoreHealth, type StoreStatus } from './host/store-health.js';
export { keepHandshake } from './sessions/request-of.js';
export { RoleMappingService, type HostSignIn } from './sign-in/role-mapping.service.js';

export { IdpRolesModule } from './idp-roles.module.js';
export { MountError } from './mounted-routes.js';
export type {
  IdpRolesAsyncOptions,
  IdpRolesOptions,
  IdpRolesOptionsFactory,
  IdpRolesRootOptions,
  IdpRolesRoutes,
  IdpRolesShape,
} from './options.js';
export { setupIdpRoles } from './setup.js';
export { IdpRolesOptionsError, type OptionProblem } from './validate-options.js';
