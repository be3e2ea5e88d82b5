/** Why a sign-in or a logout was refused or could not begin. Stable, in the order in which a sign-in meets them. */
export type OidcErrorCode =
  /* reaching the IdP */
  | 'idp-unreachable'
  | 'idp-timeout'
  | 'idp-address-refused'
  | 'idp-answer-invalid'
  | 'discovery-issuer-mismatch'
  /* the authorization response */
  | 'pending-mismatch'
  | 'state-mismatch'
  | 'response-issuer-mismatch'
  | 'response-invalid'
  | 'idp-refused'
  | 'already-finished'
  /* the token endpoint */
  | 'client-refused'
  | 'code-refused'
  /* the ID token */
  | 'id-token-missing'
  | 'id-token-invalid'
  | 'id-token-algorithm'
  | 'id-token-key-unknown'
  | 'id-token-signature'
  | 'id-token-type'
  | 'id-token-issuer'
  | 'id-token-audience'
  | 'id-token-authorized-party'
  | 'id-token-nonce'
  | 'id-token-subject'
  | 'id-token-issued-at'
  | 'id-token-expired'
  | 'reauthentication-missing'
  /* the logout token */
  | 'logout-token-invalid'
  | 'logout-token-algorithm'
  | 'logout-token-type'
  | 'logout-token-signature'
  | 'logout-token-issuer'
  | 'logout-token-audience'
  | 'logout-token-expired'
  /* claims */
  | 'user-info-subject-mismatch'
  | 'subject-claim-missing'
  | 'required-claim-unmet';

/**
 * A refusal. Code and message hold no secret, token or personal value and may be shown; `cause` is what the library
 * or the network said, for the connection's trace.
 */
export class OidcError extends Error {
  override readonly name = 'OidcError';

  constructor(
    readonly code: OidcErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** The first error of `type` in a chain of causes: openid-client wraps what its fetch throws. */
export function causeOf<T extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => T,
): T | undefined {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if (at instanceof type) return at;
    at = at.cause;
  }
  return undefined;
}
