export * from './source.js';
export * from './role-mapping.js';
export * from './claims.js';
export * from './evaluation.js';
export {
  claimsOf,
  claimsOfAttributes,
  completeClaim,
  type ClaimsOptions,
  type SamlAttribute,
} from './claims-of.js';
export { overageMarkers } from './overage.js';
export { claimsFromStored, claimsToJson } from './stored-claims.js';
export { readClaim, type ClaimReading } from './read-claim.js';
export { isEmailClaim } from './claim-reference.js';
export { emailVerifiedIn } from './email-verified.js';
export { emailDomain, foldDomain } from './domain.js';
export { matchOf } from './condition.js';
export { MappingIndex } from './mapping-index.js';
export { evaluate } from './evaluate.js';
export { whyNot } from './why-not.js';
export { plan, type HeldGrant, type KeptGrant, type Plan } from './plan.js';
export { planDefaults, type DefaultRole, type DefaultsPlan } from './plan-defaults.js';
export { isResourceId, longestResourceId, roleMappingLimits } from './limits.js';
export { parseRoleMapping, type ParsedRoleMapping, type ParseOptions } from './parse-role-mapping.js';
export { checkRoleMapping, noSuchResource, type MappingFacts } from './check-role-mapping.js';
export type { MappingProblem, MappingProblemCode } from './mapping-problem.js';
