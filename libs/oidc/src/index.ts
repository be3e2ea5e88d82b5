export { OidcStrategy, type CallbackRequest, type OidcOptions, type Verify } from './oidc-strategy.js';
export type { OidcDependencies } from './connection-context.js';
export { DiscoveryCache, type DiscoveryOptions, type Provider } from './discovery-cache.js';
export { OidcError, type OidcErrorCode } from './oidc-error.js';
export type { ClientAuthentication, OidcSettings, SigningAlgorithm } from './oidc-settings.js';
export type { BeginSignIn, Clock, FinishSignIn, ProtocolState, VerifiedSignIn } from './sign-in.js';
export { isEntraMultiTenant, isSharedIssuer, tenantClaimOf } from './shared-issuer.js';
export { validateOidcSettings, type ValidatedSettings, type ValidationOptions } from './validate-settings.js';
export type { SettingsProblem, SettingsProblemCode } from './settings-problem.js';
