import { OidcError } from '@idp-roles/oidc';
import { OutboundError } from '@idp-roles/outbound';
import { SamlError } from '@idp-roles/saml';
import { StoreError } from '@idp-roles/store';
import { newReference, SignInFailure } from './sign-in-failure.js';

/** 424 Failed Dependency (RFC 4918, section 11.4): neither the browser nor we did wrong, the IdP did. */
export const IDP_FAILED = 424;

/** What the person sees of any error. Messages of protocol errors are safe to show; everything else stays in the log. */
export function failureOf(error: unknown, reference = newReference()): SignInFailure {
  if (error instanceof SignInFailure) return error;
  const failure = failureFor(error);
  return Object.assign(failure, { reference });
}

function failureFor(error: unknown): SignInFailure {
  const cause = { cause: error };
  if (error instanceof StoreError) {
    return new SignInFailure(
      503,
      'store-unavailable',
      'signing in is not possible right now; try again in a minute',
      {},
      cause,
    );
  }
  if (error instanceof SamlError || error instanceof OidcError) {
    return new SignInFailure(
      statusOf(error),
      error.code,
      error.message,
      { cause: describe(error.cause) },
      cause,
    );
  }
  if (error instanceof OutboundError) {
    return new SignInFailure(
      IDP_FAILED,
      error.code,
      'the identity provider cannot be reached',
      { cause: describe(error) },
      cause,
    );
  }
  return new SignInFailure(503, 'unexpected', 'something went wrong on our side', {}, cause);
}

/** A refusal of what the browser brought is 400; where the IdP itself failed us, 424. */
function statusOf(error: SamlError | OidcError): number {
  return error.cause instanceof OutboundError ? IDP_FAILED : 400;
}

function describe(cause: unknown): unknown {
  if (cause instanceof Error) return { name: cause.name, message: cause.message.slice(0, 500) };
  return typeof cause === 'string' ? cause.slice(0, 500) : cause;
}
