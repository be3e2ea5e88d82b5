import type { ServerMetadata } from 'openid-client';
import { asOidcError } from './failure.js';
import { AuthorizationDenied } from './library-strategy.js';
import { OidcError } from './oidc-error.js';

/**
 * Names why openid-client refused an answer. It has judged already: nothing here decides, and what the query cannot explain
 * is asked of the error.
 */
export function responseError(
  error: unknown,
  callback: string,
  expectedState: string,
  metadata: ServerMetadata,
): OidcError {
  if (error instanceof AuthorizationDenied) {
    return new OidcError('idp-refused', 'the identity provider answered `access_denied`', error);
  }
  const { searchParams: query } = new URL(callback, 'https://callback.invalid');
  if (query.getAll('state').join() !== expectedState) {
    return new OidcError('state-mismatch', 'the answer does not belong to the sign-in that was begun', error);
  }
  const iss = query.getAll('iss').join();
  if (
    iss === '' ? metadata.authorization_response_iss_parameter_supported === true : iss !== metadata.issuer
  ) {
    return new OidcError(
      'response-issuer-mismatch',
      'the answer does not say that it is from this identity provider',
      error,
    );
  }
  if (!query.has('error') && query.getAll('code').join() === '') {
    return new OidcError('response-invalid', 'the answer of the identity provider carries no code', error);
  }
  return asOidcError(error);
}
