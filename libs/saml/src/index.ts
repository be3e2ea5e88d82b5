export { SamlError, type SamlErrorCode } from './saml-error.js';
export type { RequestBinding, SamlSettings } from './saml-settings.js';
export type { BeginSignIn, FinishSignIn, ProtocolState, ReplayKey, VerifiedSignIn } from './sign-in.js';
export {
  SamlStrategy,
  type SamlAuthenticateOptions,
  type SamlRequest,
  type SamlStrategyPorts,
  type VerifySignIn,
} from './saml-strategy.js';
export { verifyResponse, type ResponseExpectations } from './verify-response.js';
export {
  makeLogoutRequest,
  verifyLogoutRequest,
  type LogoutRequest,
  type LogoutSubject,
} from './logout-request.js';
export { makeLogoutResponse, verifyLogoutResponse, type LogoutAnswer } from './logout-response.js';
export { logoutKindOf, type ReceivedLogout } from './received-message.js';
export { drawRequestId, type OutgoingRequest, type RequestForm } from './authn-request.js';
export { requestPage, requestPagePolicy } from './request-page.js';
export type { NameId } from './name-id.js';
export { samlMetadata } from './saml-metadata.js';
export { parseIdpMetadata, type IdpMetadata } from './idp-metadata.js';
export { validateSamlSettings, type ValidatedSamlSettings } from './validate-saml-settings.js';
export type { SettingsProblem, SettingsProblemCode } from './settings-problem.js';
