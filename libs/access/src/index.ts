export type {
  AccessDefinition,
  AccessShape,
  ResourceDefinition,
  RoleDefinition,
  ShapeOf,
} from './access-definition.js';
export {
  AccessDefinitionError,
  type DefinitionProblem,
  type DefinitionProblemCode,
} from './access-definition-error.js';
export type {
  AccessModel,
  OrganizationRole,
  Permission,
  ResourceType,
  RoleOn,
  RoleSlug,
  TenantSlug,
  TypedReference,
} from './access-model.js';
export { decide, isPathOf } from './decide.js';
export type { Decision, DenialCode, Reason } from './decision.js';
export { defineAccess } from './define-access.js';
export { nearest, type Nearest } from './nearest.js';
export { permissionsLacking } from './permissions-lacking.js';
export { prepareSnapshot, type Holding, type PreparedSnapshot } from './prepared-snapshot.js';
export type { PermissionQuestion, Question, QuestionOf, RoleQuestion } from './question.js';
export { ORGANIZATION, type ResourceReference } from './resource-reference.js';
export { containsRole, type Role } from './role.js';
export { isPermission, isSlug, nounOf, TENANT_PREFIX } from './slug.js';
export type { AccessSnapshot, MemberStatus, SnapshotGrant } from './snapshot.js';
export { standingProblem, type StandingProblem } from './standing.js';
export { sufficientRoles, typesUpFrom, type Wanted } from './sufficient.js';
export { tenantRoleProblems, tenantRoles, type TenantRole } from './tenant-role.js';
