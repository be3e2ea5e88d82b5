import { outboundErrorIn, type OutboundError } from '@idp-roles/outbound';
import { errors } from 'jose';
import * as client from 'openid-client';
import { causeOf, OidcError, type OidcErrorCode } from './oidc-error.js';

/** What a library or the network threw, as one of our codes. Total. */
export function asOidcError(error: unknown): OidcError {
  const ours = causeOf(error, OidcError);
  if (ours) return ours;
  const outbound = outboundErrorIn(error);
  if (outbound) return ofOutbound(outbound);
  if (error instanceof client.AuthorizationResponseError) {
    return new OidcError(
      'idp-refused',
      `the identity provider answered \`${errorCode(error.error)}\``,
      error,
    );
  }
  if (error instanceof client.ResponseBodyError) return ofTokenEndpoint(error);
  if (error instanceof client.WWWAuthenticateChallengeError) {
    return new OidcError(
      'client-refused',
      'the identity provider refused our client; check client id and secret',
      error,
    );
  }
  if (error instanceof errors.JOSEError) {
    return new OidcError('idp-answer-invalid', 'the keys of the identity provider cannot be read', error);
  }
  return (
    ofIdToken(error) ??
    new OidcError('idp-answer-invalid', 'the identity provider gave an answer that cannot be used', error)
  );
}

function ofOutbound(error: OutboundError): OidcError {
  const { message } = error;
  switch (error.code) {
    case 'timeout':
      return new OidcError('idp-timeout', message, error);
    case 'name-not-found':
    case 'tls-failed':
    case 'unreachable':
    case 'aborted':
    case 'closed':
      return new OidcError('idp-unreachable', message, error);
    case 'redirect-refused':
    case 'body-too-large':
      return new OidcError('idp-answer-invalid', message, error);
    case 'url-invalid':
    case 'scheme-refused':
    case 'userinfo-refused':
    case 'port-refused':
    case 'address-refused':
      return new OidcError('idp-address-refused', message, error);
  }
}

function ofTokenEndpoint(error: client.ResponseBodyError): OidcError {
  const said = errorCode(error.error);
  return said === 'invalid_client' || said === 'unauthorized_client'
    ? new OidcError(
        'client-refused',
        `the identity provider refused our client (\`${said}\`); check client id and secret`,
        error,
      )
    : new OidcError(
        'code-refused',
        `the identity provider did not exchange the code (\`${said}\`); sign in again`,
        error,
      );
}

const BY_CLAIM: Readonly<Record<string, [OidcErrorCode, string]>> = {
  iss: ['id-token-issuer', 'the ID token is of another issuer'],
  aud: ['id-token-audience', 'the ID token is not for this client alone'],
  azp: ['id-token-authorized-party', 'the ID token was issued to another client'],
  nonce: ['id-token-nonce', 'the ID token does not answer this sign-in'],
  exp: ['id-token-expired', 'the ID token has expired'],
  nbf: ['id-token-issued-at', 'the ID token is not valid yet; compare the clocks'],
};

/** openid-client says what failed in the details of the cause: the claim that was compared, the algorithm that was expected. */
function ofIdToken(error: unknown): OidcError | undefined {
  if (!(error instanceof client.ClientError)) return undefined;
  const inner = error.cause;
  const details = inner instanceof Error ? inner.cause : inner;
  const claim = member(details, 'claim');
  const known = typeof claim === 'string' ? BY_CLAIM[claim] : undefined;
  if (known) return new OidcError(known[0], known[1], error);
  if (member(details, 'header') !== undefined && member(details, 'expected') !== undefined) {
    return new OidcError(
      'id-token-algorithm',
      'the ID token is not signed with the algorithm set for this connection',
      error,
    );
  }
  const body = member(details, 'body');
  if (
    body !== undefined &&
    member(body, 'id_token') === undefined &&
    member(body, 'access_token') !== undefined
  ) {
    return new OidcError(
      'id-token-missing',
      'the identity provider sent no ID token; is `openid` among its scopes?',
      error,
    );
  }
  if (member(details, 'claims') !== undefined) {
    return new OidcError(
      'id-token-invalid',
      'the ID token lacks a claim or has one of the wrong type',
      error,
    );
  }
  return undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** An error code as RFC 6749 4.1.2.1 allows it, cut short: it comes from outside and is shown. */
function errorCode(said: string): string {
  return /^[a-z_][a-z0-9_.-]{0,63}$/i.test(said) ? said : 'unreadable error';
}
