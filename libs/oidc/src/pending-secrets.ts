import type { RequestSecrets } from './library-strategy.js';
import { OidcError } from './oidc-error.js';
import type { OidcSettings } from './oidc-settings.js';
import type { FinishSignIn, ProtocolState } from './sign-in.js';

/** What a pending sign-in keeps for us. `authenticate_since`: seconds since 1970, where a new authentication was asked for. */
export function pendingState(
  { connection, issuer, clientId }: OidcSettings,
  secrets: RequestSecrets,
  authenticateSince?: number,
): ProtocolState {
  return {
    connection,
    issuer,
    client_id: clientId,
    ...secrets,
    ...(authenticateSince !== undefined && { authenticate_since: String(authenticateSince) }),
  };
}

/**
 * The secrets of the sign-in this answer claims to finish. A record of another connection, another IdP or another relay
 * state is refused, and so is one that lacks a secret: openid-client does not check what it is not given.
 */
export function secretsOf(settings: OidcSettings, { relayState, state: kept }: FinishSignIn): RequestSecrets {
  const { state, nonce, code_verifier } = kept;
  const sameConnection =
    kept['connection'] === settings.connection &&
    kept['issuer'] === settings.issuer &&
    kept['client_id'] === settings.clientId;
  if (!sameConnection || state !== relayState || !state || !nonce || !code_verifier) {
    throw new OidcError(
      'pending-mismatch',
      'the sign-in that was begun is not the one that was answered; begin again',
    );
  }
  return { state, nonce, code_verifier };
}
